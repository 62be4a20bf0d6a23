"""Documents on a branch of the root's repository, read as it stands there and written to a branch of ours.

Neither work tree nor index is ever touched: git's plumbing reads the branch and makes the commits. What
is written lies on the branch of ours, one commit on top of the base, until somebody merges it; until
then a document is what the base holds, with our own edits carried over.
"""
