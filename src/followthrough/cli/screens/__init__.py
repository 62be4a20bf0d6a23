"""What the commands show: one file a screen. Pure: values in, lines out."""
