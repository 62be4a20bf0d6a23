"""Decide: items, ledger, trackers and policy in, a plan as data out. No I/O, no clock of its own."""
