"""Saved views, comments on them, and the view that somebody starts with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this release."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("chain", sa.String(length=200), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_saved_views_owner_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("owner_id", "key", name="uq_saved_views_owner_id_key"),
    )
    view = ["view_id"], ["saved_views.id"]
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*view, name="fk_comments_view_id_saved_views", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_comments_author_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sa.UniqueConstraint("author_id", "key", name="uq_comments_author_id_key"),
    )
    op.create_index("ix_comments_view_id", "comments", ["view_id"], unique=False)
    op.create_table(
        "start_views",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_start_views_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(*view, name="fk_start_views_view_id_saved_views", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_start_views"),
    )


def downgrade() -> None:
    """To the release before."""
    op.drop_table("start_views")
    op.drop_index("ix_comments_view_id", table_name="comments")
    op.drop_table("comments")
    op.drop_table("saved_views")
