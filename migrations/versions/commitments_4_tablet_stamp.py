"""By what tablets see that nothing has changed."""

import sqlalchemy as sa
from alembic import op

revision = 'commitments_4'
down_revision = 'scheduling_3'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('tablet_stamp',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=24), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablet_stamp'))
    )
    op.execute("INSERT INTO tablet_stamp (id, value) VALUES (1, 'none')")


def downgrade():
    op.drop_table('tablet_stamp')
