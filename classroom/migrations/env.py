"""How Alembic reaches the classroom's database: over the connection that holds the lock."""

from __future__ import annotations

from alembic import context

from classroom.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
