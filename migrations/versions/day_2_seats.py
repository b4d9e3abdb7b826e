"""Meetings that were seated on the day itself."""

import sqlalchemy as sa
from alembic import op

revision = 'day_2'
down_revision = 'scheduling_1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('day_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('seat_key', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Enum('stand_by', 'walk_in', name='seatreason', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=False),
    sa.Column('replaced', sa.JSON(), nullable=False),
    sa.Column('step_key', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_day_seat_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_day_seat_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['time_slot.id'], name=op.f('fk_day_seat_slot_id_time_slot')),
    sa.ForeignKeyConstraint(['table_id'], ['meeting_table.id'], name=op.f('fk_day_seat_table_id_meeting_table')),
    sa.ForeignKeyConstraint(['version_id'], ['schedule_version.id'], name=op.f('fk_day_seat_version_id_schedule_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_seat')),
    sa.UniqueConstraint('event_id', 'seat_key', name=op.f('uq_day_seat_event_id_seat_key')),
    sa.UniqueConstraint('version_id', name=op.f('uq_day_seat_version_id'))
    )
    with op.batch_alter_table('day_seat', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_day_seat_event_id'), ['event_id'], unique=False)


def downgrade():
    op.drop_table('day_seat')
