"""Reminders before the first meeting of somebody's day."""

import sqlalchemy as sa
from alembic import op

revision = 'scheduling_2'
down_revision = 'day_2'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('reminder_rule',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('timing', sa.Enum('off', 'evening', 'hours', name='remindertiming', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.CheckConstraint('hours BETWEEN 1 AND 24', name=op.f('ck_reminder_rule_hours')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_reminder_rule_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_reminder_rule'))
    )
    op.create_table('meeting_reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('mail_message_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_over_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], name=op.f('fk_meeting_reminder_delegate_id_delegate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_meeting_reminder_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mail_message_id'], ['mail_message.id'], name=op.f('fk_meeting_reminder_mail_message_id_mail_message'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_reminder')),
    sa.UniqueConstraint('delegate_id', 'day', name=op.f('uq_meeting_reminder_delegate_id_day'))
    )
    with op.batch_alter_table('meeting_reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_reminder_event_id'), ['event_id'], unique=False)


def downgrade():
    op.drop_table('meeting_reminder')
    op.drop_table('reminder_rule')
