"""What runs later on the day than planned."""

import sqlalchemy as sa
from alembic import op

revision = 'day_1'
down_revision = 'commitments_sync_1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('slot_delay',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('delay_key', sa.String(length=40), nullable=False),
    sa.Column('scope', sa.Enum('table', 'session', 'day', name='delayscope', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('from_slot_id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('is_told', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('minutes BETWEEN 1 AND 180', name=op.f('ck_slot_delay_minutes')),
    sa.CheckConstraint('number > 0', name=op.f('ck_slot_delay_number')),
    sa.CheckConstraint("(scope = 'table') = (table_id IS NOT NULL)", name=op.f('ck_slot_delay_table_has_one')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_slot_delay_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_slot_id'], ['time_slot.id'], name=op.f('fk_slot_delay_from_slot_id_time_slot')),
    sa.ForeignKeyConstraint(['table_id'], ['meeting_table.id'], name=op.f('fk_slot_delay_table_id_meeting_table')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_delay')),
    sa.UniqueConstraint('event_id', 'delay_key', name=op.f('uq_slot_delay_event_id_delay_key')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_slot_delay_event_id_number'))
    )
    with op.batch_alter_table('slot_delay', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slot_delay_event_id'), ['event_id'], unique=False)


def downgrade():
    op.drop_table('slot_delay')
