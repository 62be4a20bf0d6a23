"""Figures from the ledger, and the ways to show them. Pure; reads the ledger and nothing else."""
