"""Which announced version another one took back."""

import sqlalchemy as sa
from alembic import op

revision = 'scheduling_3'
down_revision = 'commitments_3'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('schedule_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('undoes_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_schedule_version_undoes_id'), ['undoes_id'])
        batch_op.create_foreign_key(batch_op.f('fk_schedule_version_undoes_id_schedule_version'), 'schedule_version', ['undoes_id'], ['id'], ondelete='SET NULL')


def downgrade():
    with op.batch_alter_table('schedule_version', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_schedule_version_undoes_id_schedule_version'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_schedule_version_undoes_id'), type_='unique')
        batch_op.drop_column('undoes_id')
