"""Values of a returning organisation wait for staff."""

import sqlalchemy as sa
from alembic import op

revision = "registration_1"
down_revision = "catalogue_1"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("entry_revision") as table:
        table.add_column(sa.Column("state", sa.String(10), nullable=False, server_default="applied"))
        table.create_check_constraint(
            op.f("ck_entry_revision_state"), "state IN ('applied', 'pending', 'accepted', 'declined')"
        )
    with op.batch_alter_table("entry_revision") as table:
        table.alter_column("state", server_default=None)
    op.create_index(
        "uq_entry_revision_pending",
        "entry_revision",
        ["participation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def downgrade():
    op.drop_index("uq_entry_revision_pending", "entry_revision")
    with op.batch_alter_table("entry_revision") as table:
        table.drop_constraint(op.f("ck_entry_revision_state"), type_="check")
        table.drop_column("state")
