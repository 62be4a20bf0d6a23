"""Run by Alembic: migrates on the connection it is handed, never on one of its own.

For a new revision, ``alembic revision`` needs no settings file of ours: copy the newest file in
``versions`` and give it the next number.
"""

from __future__ import annotations

from alembic import context

from followthrough.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
