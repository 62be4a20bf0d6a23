"""Prints the branch that followthrough itself writes documents to; nothing where it writes in the folder.

The settings file is the first argument. One that cannot be used says so when it is run.
"""

from __future__ import annotations

import sys
from pathlib import Path

from followthrough.settings import SettingsError, load

try:
    source = load(Path(sys.argv[1])).git
except SettingsError:
    source = None
if source is not None:
    print(source.branch)
