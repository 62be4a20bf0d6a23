"""Run the real command line with its clock set forward by so many hours, or back.

Usage: shifted.py HOURS COMMAND [ARGUMENT...]
"""

import sys
from datetime import UTC, datetime, timedelta

from followthrough.__main__ import main
from followthrough.engine.world import World

shift = timedelta(hours=float(sys.argv[1]))
sys.exit(main(sys.argv[2:], world=World(now=lambda: datetime.now(UTC) + shift)))
