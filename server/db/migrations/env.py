"""Runs migrations in the transaction that `server.db.upgrade` has opened."""

from alembic import context

from server.db.tables import metadata

# With BEGIN IMMEDIATE sent by us, SQLite rolls back tables like rows.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
