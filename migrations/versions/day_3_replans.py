"""Re-planning on the day."""

import sqlalchemy as sa
from alembic import op

revision = 'day_3'
down_revision = 'scheduling_2'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('replan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('replan_key', sa.String(length=40), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('queued', 'running', 'ready', 'applied', 'discarded', 'failed', name='replanstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('cause', sa.Enum('late', 'left', 'absent', 'table', name='replancause', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('table_id', sa.Integer(), nullable=True),
    sa.Column('from_slot_id', sa.Integer(), nullable=False),
    sa.Column('back_slot_id', sa.Integer(), nullable=True),
    sa.Column('base_version_id', sa.Integer(), nullable=False),
    sa.Column('applied_version_id', sa.Integer(), nullable=True),
    sa.Column('past_slot_ids', sa.JSON(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(cause = 'table') = (table_id IS NOT NULL)", name=op.f('ck_replan_table_has_one')),
    sa.CheckConstraint("(cause <> 'table') = (team_id IS NOT NULL)", name=op.f('ck_replan_people_have_a_team')),
    sa.CheckConstraint("(state = 'applied') = (applied_version_id IS NOT NULL)", name=op.f('ck_replan_applied_has_version')),
    sa.ForeignKeyConstraint(['applied_version_id'], ['schedule_version.id'], name=op.f('fk_replan_applied_version_id_schedule_version'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['back_slot_id'], ['time_slot.id'], name=op.f('fk_replan_back_slot_id_time_slot')),
    sa.ForeignKeyConstraint(['base_version_id'], ['schedule_version.id'], name=op.f('fk_replan_base_version_id_schedule_version'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_replan_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_slot_id'], ['time_slot.id'], name=op.f('fk_replan_from_slot_id_time_slot')),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_replan_job_id_job'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['table_id'], ['meeting_table.id'], name=op.f('fk_replan_table_id_meeting_table')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_replan_team_id_team'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replan')),
    sa.UniqueConstraint('code', name=op.f('uq_replan_code')),
    sa.UniqueConstraint('event_id', 'replan_key', name=op.f('uq_replan_event_id_replan_key'))
    )
    with op.batch_alter_table('replan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replan_event_id'), ['event_id'], unique=False)


def downgrade():
    op.drop_table('replan')
