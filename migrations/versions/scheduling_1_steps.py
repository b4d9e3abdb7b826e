"""The steps of a draft: what changed at each revision, and what its author can undo."""

import sqlalchemy as sa
from alembic import op

revision = 'scheduling_1'
down_revision = 'commitments_2'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('board_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('done', 'undone', 'final', name='stepstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['schedule_version.id'], name=op.f('fk_board_step_version_id_schedule_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_step')),
    sa.UniqueConstraint('version_id', 'revision', name=op.f('uq_board_step_version_id_revision'))
    )
    with op.batch_alter_table('board_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_board_step_version_id'), ['version_id'], unique=False)


def downgrade():
    with op.batch_alter_table('board_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_board_step_version_id'))

    op.drop_table('board_step')
