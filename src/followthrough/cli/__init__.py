"""The command line: one file a command. Options in, one call, values out, exit code."""
