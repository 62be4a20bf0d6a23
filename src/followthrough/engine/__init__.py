"""Carry a plan out. Clock, randomness, disk and HTTP are arguments; every step has a name."""
