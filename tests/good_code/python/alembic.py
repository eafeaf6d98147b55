"""Add a tenant to every table.

Revision ID: 1a2b3c4d5e6f
"""

import sqlalchemy as sa
from alembic import op

revision = "1a2b3c4d5e6f"
down_revision = "0f1e2d3c4b5a"
branch_labels = None
depends_on = None

TABLES = ("orders", "users")
DEFAULT_TENANT = "public"


def upgrade() -> None:
    """Add the column."""
    for table in TABLES:
        op.add_column(table, sa.Column("tenant", sa.String(50), nullable=True))
        op.execute(f"UPDATE {table} SET tenant = '{DEFAULT_TENANT}'")
        op.execute(sa.text(f"UPDATE {table} SET tenant = :tenant").bindparams(tenant=DEFAULT_TENANT))
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_tenant ON {table} USING (tenant = current_setting('app.tenant'))")
    op.alter_column("orders", "tenant", nullable=False)


def downgrade() -> None:
    """Take it away."""
    for table in reversed(TABLES):
        op.execute(f"DROP POLICY {table}_tenant ON {table}")
        op.drop_column(table, "tenant")
