"""Agencies, members and contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "agencies",
        sa.Column("ori", sa.String(9), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("agreement_until", sa.Date),
        sa.Column("source", sa.String(40)),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("ori", sa.String(9), sa.ForeignKey("agencies.ori"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("badge", sa.String(40)),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("sworn", sa.Boolean, nullable=False),
        sa.Column("chri_until", sa.Date),
        sa.Column("training_until", sa.Date),
        sa.Column("terminated_on", sa.Date),
        sa.Column("last_used_on", sa.Date, nullable=False),
        sa.UniqueConstraint("issuer", "subject", "ori"),
    )
    op.create_table(
        "contacts",
        sa.Column("ori", sa.String(9), sa.ForeignKey("agencies.ori"), primary_key=True),
        sa.Column("office", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("contacts", "members", "agencies"):
        op.drop_table(table)
