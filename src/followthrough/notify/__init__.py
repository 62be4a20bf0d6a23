"""Sending: the report to its channels, a reminder to each owner.

What is sent to whom is decided here as data, and remembered in the ledger before it leaves
(:mod:`.dispatch`). A process of its own carries each message (:mod:`.courier`): there alone is the
library that knows the services, no secret but the channel's own, and an end to its time.
"""
