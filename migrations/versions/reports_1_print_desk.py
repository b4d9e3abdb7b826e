"""The print desk: the pack of papers, and what was printed and handed over."""

import sqlalchemy as sa
from alembic import op

revision = 'reports_1'
down_revision = 'day_3'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('paper_pack',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('renews', sa.Boolean(), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('delay_revision', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('contents', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_paper_pack_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_paper_pack_file_id_stored_file'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_paper_pack_job_id_job'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['version_id'], ['schedule_version.id'], name=op.f('fk_paper_pack_version_id_schedule_version'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_paper_pack'))
    )
    op.create_table('paper_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('paper', sa.String(length=60), nullable=False),
    sa.Column('edition', sa.String(length=40), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('printed_by', sa.Integer(), nullable=True),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_by', sa.Integer(), nullable=True),
    sa.Column('handed_to', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_paper_mark_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_mark')),
    sa.UniqueConstraint('event_id', 'paper', 'edition', name=op.f('uq_paper_mark_event_id_paper_edition'))
    )
    with op.batch_alter_table('paper_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_mark_event_id'), ['event_id'], unique=False)


def downgrade():
    op.drop_table('paper_mark')
    op.drop_table('paper_pack')
