"""Runs migrations on the connection that `dashapp.accounts.database` hands over."""

from alembic import context

from dashapp.accounts.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table, so it is copied
)
with context.begin_transaction():
    context.run_migrations()
