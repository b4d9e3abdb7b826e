"""Papers that tablets send beside records: mandates as files, witnesses' drawings that came when they could not go under the record."""

import sqlalchemy as sa
from alembic import op

revision = 'commitments_3'
down_revision = 'reports_1'
branch_labels = None
depends_on = None

EVENTS = (
    'created', 'proposed', 'reopened', 'agreed', 'signed', 'ink_printed', 'link_sent', 'mandate_added', 'withdrawn', 'realized',
    'realization_voided', 'amended', 'budget_confirmed', 'reminded', 'duty_stamped', 'certified', 'witnessed',
)
REASONS = ('not_signed', 'witnessed', 'sealed', 'signed', 'ended', 'other_person', 'shut_out', 'other_tablet')


def words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade():
    _allow((*EVENTS, 'paper_kept'))
    op.create_table(
        'sent_paper',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(20), nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('tablet_id', sa.Integer(), nullable=True),
        sa.Column('commitment_id', sa.Integer(), nullable=True),
        sa.Column('content_hash', sa.String(64), nullable=False),
        sa.Column('kind', words('sentkind', ('witness', 'mandate')), nullable=False),
        sa.Column('party', words('partykind', ('buyer', 'exhibitor')), nullable=True),
        sa.Column('name', sa.String(160), nullable=False),
        sa.Column('office', sa.String(160), nullable=False),
        sa.Column('number', sa.String(120), nullable=False),
        sa.Column('limit_amount', sa.BigInteger(), nullable=True),
        sa.Column('sha256', sa.String(64), nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=True),
        sa.Column('strokes', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('paper_hash', sa.String(64), nullable=False),
        sa.Column('payload', sa.JSON(), nullable=False),
        sa.Column('standing', words('sentstanding', ('waiting', 'taken', 'beside')), nullable=False),
        sa.Column('reason', words('besidereason', REASONS), nullable=True),
        sa.Column('device_time', sa.DateTime(timezone=True), nullable=True),
        sa.Column('clock_error_seconds', sa.Integer(), nullable=True),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_by', sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'mandate') = (file_id IS NOT NULL)", name=op.f('ck_sent_paper_mandate_is_a_file')),
        sa.CheckConstraint("(kind = 'witness') = (strokes IS NOT NULL)", name=op.f('ck_sent_paper_witness_is_drawn')),
        sa.CheckConstraint("(kind = 'mandate') = (party IS NOT NULL)", name=op.f('ck_sent_paper_mandate_of_a_party')),
        sa.CheckConstraint(
            "(standing = 'waiting') = (commitment_id IS NULL)", name=op.f('ck_sent_paper_waits_for_its_record')
        ),
        sa.CheckConstraint(
            "(standing = 'beside') = (reason IS NOT NULL)", name=op.f('ck_sent_paper_beside_has_a_reason')
        ),
        sa.CheckConstraint('limit_amount IS NULL OR limit_amount > 0', name=op.f('ck_sent_paper_limit_amount')),
        sa.ForeignKeyConstraint(
            ['event_id'], ['event.id'], name=op.f('fk_sent_paper_event_id_event'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['tablet_id'], ['tablet.id'], name=op.f('fk_sent_paper_tablet_id_tablet'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['commitment_id'], ['commitment.id'], name=op.f('fk_sent_paper_commitment_id_commitment'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_sent_paper_file_id_stored_file')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_paper')),
        sa.UniqueConstraint('code', name=op.f('uq_sent_paper_code')),
        sa.UniqueConstraint(
            'event_id', 'content_hash', 'kind', 'sha256', name=op.f('uq_sent_paper_event_id_content_hash_kind_sha256')
        ),
    )
    op.create_index(op.f('ix_sent_paper_tablet_id'), 'sent_paper', ['tablet_id'])
    op.create_index(op.f('ix_sent_paper_commitment_id'), 'sent_paper', ['commitment_id'])


def downgrade():
    op.drop_table('sent_paper')
    op.execute("DELETE FROM commitment_event WHERE kind = 'paper_kept'")
    _allow(EVENTS)


def _allow(kinds):
    with op.batch_alter_table('commitment_event') as table:
        table.drop_constraint(op.f('ck_commitment_event_eventkind'), type_='check')
        table.create_check_constraint(
            op.f('ck_commitment_event_eventkind'), 'kind IN (' + ', '.join(f"'{value}'" for value in kinds) + ')'
        )
