"""The day and commitments: badges, scans, substitutes, meetings as held, outcomes, commitments, signatures."""

import sqlalchemy as sa
from alembic import op

revision = 'attendance_1'
down_revision = 'catalogue_2'
branch_labels = None
depends_on = None

SWITCHES = ('has_badges', 'has_check_in', 'has_screen_signing')


def upgrade():
    op.create_table('commitment_settings',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number_pattern', sa.String(length=80), nullable=False),
    sa.Column('next_serial', sa.Integer(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('witness_name', sa.String(length=160), nullable=False),
    sa.Column('witness_office', sa.String(length=160), nullable=False),
    sa.Column('report_days', sa.JSON(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('next_serial > 0', name=op.f('ck_commitment_settings_next_serial')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_commitment_settings_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_commitment_settings'))
    )
    op.create_table('badge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('short_code', sa.String(length=8), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.Integer(), nullable=True),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('printed_by', sa.Integer(), nullable=True),
    sa.Column('print_count', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('end_reason', sa.Enum('reprinted', 'substituted', 'left', 'erased', 'revoked', name='badgeend', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('end_note', sa.String(length=200), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(ended_at IS NULL) = (end_reason IS NULL)', name=op.f('ck_badge_end_has_reason')),
    sa.CheckConstraint('print_count >= 0', name=op.f('ck_badge_print_count')),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], name=op.f('fk_badge_delegate_id_delegate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_badge_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['replaces_id'], ['badge.id'], name=op.f('fk_badge_replaces_id_badge'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge')),
    sa.UniqueConstraint('code', name=op.f('uq_badge_code')),
    sa.UniqueConstraint('event_id', 'short_code', name=op.f('uq_badge_event_id_short_code'))
    )
    with op.batch_alter_table('badge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_badge_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_badge_live', ['delegate_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('substitution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('substitution_key', sa.String(length=40), nullable=False),
    sa.Column('absent_delegate_id', sa.Integer(), nullable=False),
    sa.Column('substitute_delegate_id', sa.Integer(), nullable=False),
    sa.Column('has_letter', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('absent_delegate_id <> substitute_delegate_id', name=op.f('ck_substitution_two_people')),
    sa.ForeignKeyConstraint(['absent_delegate_id'], ['delegate.id'], name=op.f('fk_substitution_absent_delegate_id_delegate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_substitution_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['substitute_delegate_id'], ['delegate.id'], name=op.f('fk_substitution_substitute_delegate_id_delegate'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitution')),
    sa.UniqueConstraint('event_id', 'substitution_key', name=op.f('uq_substitution_event_id_substitution_key'))
    )
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_substitution_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_substitution_substitute_delegate_id'), ['substitute_delegate_id'], unique=False)
        batch_op.create_index('uq_substitution_live', ['absent_delegate_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('commitment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('record_id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('buyer_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'proposed', 'agreed', 'signed', 'partly_realized', 'realized', 'withdrawn', 'expired', name='commitmentstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=True),
    sa.Column('serial', sa.Integer(), nullable=True),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('procurement_method', sa.String(length=30), nullable=False),
    sa.Column('planned_month', sa.Integer(), nullable=True),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('rup_code', sa.String(length=20), nullable=False),
    sa.Column('rup_name', sa.String(length=300), nullable=False),
    sa.Column('work_unit', sa.String(length=200), nullable=False),
    sa.Column('funding_source', sa.String(length=20), nullable=False),
    sa.Column('tax_mode', sa.Enum('included', 'excluded', 'none', name='taxmode', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('tax_rate_hundredths', sa.Integer(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('listing_by', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('canonical', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state = 'draft' OR state = 'withdrawn' OR (number IS NOT NULL AND canonical IS NOT NULL AND content_hash IS NOT NULL AND frozen_at IS NOT NULL)", name=op.f('ck_commitment_frozen')),
    sa.CheckConstraint("state = 'draft' OR state = 'withdrawn' OR total > 0", name=op.f('ck_commitment_total_given')),
    sa.CheckConstraint('fiscal_year BETWEEN 2000 AND 2100', name=op.f('ck_commitment_fiscal_year')),
    sa.CheckConstraint('planned_month IS NULL OR planned_month BETWEEN 1 AND 12', name=op.f('ck_commitment_planned_month')),
    sa.CheckConstraint('tax_rate_hundredths BETWEEN 0 AND 10000', name=op.f('ck_commitment_tax_rate')),
    sa.CheckConstraint('total BETWEEN 0 AND 1000000000000000', name=op.f('ck_commitment_total')),
    sa.ForeignKeyConstraint(['buyer_id'], ['participation.id'], name=op.f('fk_commitment_buyer_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_commitment_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['participation.id'], name=op.f('fk_commitment_exhibitor_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_commitment_meeting_id_meeting'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_commitment_need_id_need'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment')),
    sa.UniqueConstraint('code', name=op.f('uq_commitment_code')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_commitment_event_id_number')),
    sa.UniqueConstraint('event_id', 'serial', name=op.f('uq_commitment_event_id_serial')),
    sa.UniqueConstraint('record_id', name=op.f('uq_commitment_record_id'))
    )
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_buyer_id'), ['buyer_id'], unique=False)
        batch_op.create_index('ix_commitment_event_state', ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_exhibitor_id'), ['exhibitor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('meeting_outcome',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Enum('staff', 'exhibitor', 'buyer', name='outcomesource', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('result', sa.Enum('not_interested', 'offer_asked', 'potential', 'commitment', name='meetingresult', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('potential_value', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('next_step', sa.String(length=300), nullable=False),
    sa.Column('next_step_on', sa.Date(), nullable=True),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(result = 'potential') = (potential_value IS NOT NULL)", name=op.f('ck_meeting_outcome_potential_has_value')),
    sa.CheckConstraint('potential_value IS NULL OR potential_value > 0', name=op.f('ck_meeting_outcome_potential_value')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_meeting_outcome_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_outcome_meeting_id_meeting'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_outcome')),
    sa.UniqueConstraint('meeting_id', 'source', name=op.f('uq_meeting_outcome_meeting_id_source'))
    )
    with op.batch_alter_table('meeting_outcome', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_outcome_event_id'), ['event_id'], unique=False)

    op.create_table('meeting_record',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('scheduled', 'running', 'held', 'no_show', 'cancelled', name='meetingstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('absent', sa.Enum('exhibitor', 'buyer', 'both', name='absent', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'no_show') = (absent IS NOT NULL)", name=op.f('ck_meeting_record_no_show_says_whose')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_meeting_record_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_record_meeting_id_meeting'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('meeting_id', name=op.f('pk_meeting_record'))
    )
    with op.batch_alter_table('meeting_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_record_event_id'), ['event_id'], unique=False)

    op.create_table('meeting_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('step_key', sa.String(length=40), nullable=False),
    sa.Column('from_state', sa.Enum('scheduled', 'running', 'held', 'no_show', 'cancelled', name='meetingstate', native_enum=False, length=40), nullable=False),
    sa.Column('from_absent', sa.String(length=20), nullable=True),
    sa.Column('to_state', sa.Enum('scheduled', 'running', 'held', 'no_show', 'cancelled', name='meetingstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('to_absent', sa.Enum('exhibitor', 'buyer', 'both', name='absent', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(to_state = 'no_show') = (to_absent IS NOT NULL)", name=op.f('ck_meeting_step_no_show_says_whose')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_meeting_step_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_step_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undoes_id'], ['meeting_step.id'], name=op.f('fk_meeting_step_undoes_id_meeting_step'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_step')),
    sa.UniqueConstraint('event_id', 'step_key', name=op.f('uq_meeting_step_event_id_step_key')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_meeting_step_undoes_id'))
    )
    with op.batch_alter_table('meeting_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_step_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('scan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('scan_key', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('method', sa.Enum('camera', 'scanner', 'typed', 'name', 'paper', 'walk_in', 'substitute', name='scanmethod', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('outcome', sa.Enum('accepted', 'repeated', 'refused', name='scanoutcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('problem', sa.String(length=30), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=True),
    sa.Column('badge_id', sa.Integer(), nullable=True),
    sa.Column('first_scan_id', sa.Integer(), nullable=True),
    sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.Column('undone_by_device', sa.Integer(), nullable=True),
    sa.CheckConstraint("(outcome = 'refused') = (problem <> '')", name=op.f('ck_scan_refusal_has_problem')),
    sa.CheckConstraint("outcome = 'refused' OR delegate_id IS NOT NULL", name=op.f('ck_scan_somebody_let_in')),
    sa.ForeignKeyConstraint(['badge_id'], ['badge.id'], name=op.f('fk_scan_badge_id_badge'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], name=op.f('fk_scan_delegate_id_delegate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_scan_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['first_scan_id'], ['scan.id'], name=op.f('fk_scan_first_scan_id_scan'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan')),
    sa.UniqueConstraint('event_id', 'scan_key', name=op.f('uq_scan_event_id_scan_key'))
    )
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scan_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_scan_present', ['delegate_id', 'day'], unique=True, sqlite_where=sa.text("outcome = 'accepted' AND undone_at IS NULL"), postgresql_where=sa.text("outcome = 'accepted' AND undone_at IS NULL"))

    op.create_table('commitment_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('event_key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('created', 'proposed', 'reopened', 'agreed', 'signed', 'ink_printed', 'link_sent', 'mandate_added', 'withdrawn', 'realized', name='eventkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('party', sa.String(length=20), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(kind = 'realized') = (amount IS NOT NULL)", name=op.f('ck_commitment_event_realized_amount')),
    sa.CheckConstraint('amount IS NULL OR amount > 0', name=op.f('ck_commitment_event_amount')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_commitment_event_commitment_id_commitment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_event')),
    sa.UniqueConstraint('commitment_id', 'event_key', name=op.f('uq_commitment_event_commitment_id_event_key'))
    )
    with op.batch_alter_table('commitment_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_event_commitment_id'), ['commitment_id'], unique=False)

    op.create_table('commitment_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('category_id', sa.String(length=40), nullable=True),
    sa.Column('product_name', sa.String(length=200), nullable=False),
    sa.Column('specification', sa.Text(), nullable=False),
    sa.Column('quantity_thousandths', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=30), nullable=False),
    sa.Column('unit_price', sa.BigInteger(), nullable=False),
    sa.Column('line_total', sa.BigInteger(), nullable=False),
    sa.Column('content_note', sa.String(length=300), nullable=False),
    sa.CheckConstraint('line_total > 0', name=op.f('ck_commitment_line_line_total')),
    sa.CheckConstraint('quantity_thousandths > 0', name=op.f('ck_commitment_line_quantity')),
    sa.CheckConstraint('unit_price > 0', name=op.f('ck_commitment_line_unit_price')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_commitment_line_category_id_category')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_commitment_line_commitment_id_commitment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_commitment_line_product_id_product'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_line')),
    sa.UniqueConstraint('commitment_id', 'position', name=op.f('uq_commitment_line_commitment_id_position'))
    )
    op.create_table('commitment_party',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('buyer', 'exhibitor', name='partykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('regency', sa.String(length=80), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=True),
    sa.Column('signatory_name', sa.String(length=160), nullable=False),
    sa.Column('signatory_office', sa.String(length=160), nullable=False),
    sa.Column('signatory_role', sa.Enum('budget_user', 'commitment_officer', 'activity_officer', 'procurement_officer', 'owner', 'director', 'cooperative_chair', 'attorney', 'other', name='signatoryrole', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('employee_number', sa.String(length=30), nullable=False),
    sa.Column('signatory_phone', sa.String(length=20), nullable=True),
    sa.Column('mandate_file_id', sa.Integer(), nullable=True),
    sa.Column('mandate_number', sa.String(length=120), nullable=False),
    sa.Column('mandate_limit', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('mandate_limit IS NULL OR mandate_limit > 0', name=op.f('ck_commitment_party_mandate_limit')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_commitment_party_commitment_id_commitment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], name=op.f('fk_commitment_party_delegate_id_delegate'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mandate_file_id'], ['stored_file.id'], name=op.f('fk_commitment_party_mandate_file_id_stored_file'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_commitment_party_participation_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_party')),
    sa.UniqueConstraint('commitment_id', 'kind', name=op.f('uq_commitment_party_commitment_id_kind'))
    )
    with op.batch_alter_table('commitment_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_party_participation_id'), ['participation_id'], unique=False)

    op.create_table('signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('buyer', 'exhibitor', name='partykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('signature_key', sa.String(length=40), nullable=False),
    sa.Column('method', sa.Enum('tablet', 'link', 'ink', name='signingmethod', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('signatory_name', sa.String(length=160), nullable=False),
    sa.Column('signatory_office', sa.String(length=160), nullable=False),
    sa.Column('signatory_role', sa.Enum('budget_user', 'commitment_officer', 'activity_officer', 'procurement_officer', 'owner', 'director', 'cooperative_chair', 'attorney', 'other', name='signatoryrole', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_authorised', sa.Boolean(), nullable=False),
    sa.Column('authority', sa.String(length=30), nullable=False),
    sa.Column('strokes', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(authority <> '') = is_authorised", name=op.f('ck_signature_authority_given')),
    sa.CheckConstraint("(method = 'ink') = (file_id IS NOT NULL)", name=op.f('ck_signature_ink_has_photo')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_signature_commitment_id_commitment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_signature_file_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sa.UniqueConstraint('commitment_id', 'kind', 'is_authorised', name=op.f('uq_signature_commitment_id_kind_is_authorised')),
    sa.UniqueConstraint('signature_key', name=op.f('uq_signature_signature_key'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_badges', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('has_check_in', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('has_screen_signing', sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table('event', schema=None) as batch_op:
        for name in SWITCHES:
            batch_op.alter_column(name, server_default=None)
    _link_purposes("'invitation', 'reset', 'status', 'sign'")


def _link_purposes(names):
    with op.batch_alter_table('access_link', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_access_link_linkpurpose'), type_='check')
        batch_op.create_check_constraint(op.f('ck_access_link_linkpurpose'), f'purpose IN ({names})')


def downgrade():
    op.execute("DELETE FROM access_link WHERE purpose = 'sign'")
    _link_purposes("'invitation', 'reset', 'status'")
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('has_screen_signing')
        batch_op.drop_column('has_check_in')
        batch_op.drop_column('has_badges')

    op.drop_table('signature')
    with op.batch_alter_table('commitment_party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_party_participation_id'))

    op.drop_table('commitment_party')
    op.drop_table('commitment_line')
    with op.batch_alter_table('commitment_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_event_commitment_id'))

    op.drop_table('commitment_event')
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_index('uq_scan_present', sqlite_where=sa.text("outcome = 'accepted' AND undone_at IS NULL"), postgresql_where=sa.text("outcome = 'accepted' AND undone_at IS NULL"))
        batch_op.drop_index(batch_op.f('ix_scan_event_id'))

    op.drop_table('scan')
    with op.batch_alter_table('meeting_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_step_meeting_id'))

    op.drop_table('meeting_step')
    with op.batch_alter_table('meeting_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_record_event_id'))

    op.drop_table('meeting_record')
    with op.batch_alter_table('meeting_outcome', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_outcome_event_id'))

    op.drop_table('meeting_outcome')
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_commitment_exhibitor_id'))
        batch_op.drop_index('ix_commitment_event_state')
        batch_op.drop_index(batch_op.f('ix_commitment_buyer_id'))

    op.drop_table('commitment')
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.drop_index('uq_substitution_live', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_substitution_substitute_delegate_id'))
        batch_op.drop_index(batch_op.f('ix_substitution_event_id'))

    op.drop_table('substitution')
    with op.batch_alter_table('badge', schema=None) as batch_op:
        batch_op.drop_index('uq_badge_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_badge_event_id'))

    op.drop_table('badge')
    op.drop_table('commitment_settings')
