"""The life of commitments: kinds, addenda and withdrawals, how signatories were identified, realisation, reminders, blank forms.

A record frozen before competitive methods became invitations keeps what it says in its content, is counted as before, and loses the
method in its column only, so that the constraint holds for everything that follows.
"""

import sqlalchemy as sa
from alembic import op

revision = 'commitments_1'
down_revision = 'attendance_1'
branch_labels = None
depends_on = None

KINDS = ('commitment', 'invitation', 'withdrawal')
COMPETITIVE = "'tender', 'quick_tender', 'selection', 'contest', 'mini_competition'"
STATES = ('draft', 'proposed', 'agreed', 'signed', 'partly_realized', 'realized', 'withdrawn', 'expired')
EVENTS = (
    'created', 'proposed', 'reopened', 'agreed', 'signed', 'ink_printed', 'link_sent', 'mandate_added', 'withdrawn', 'realized',
)
NEW_EVENTS = ('realization_voided', 'amended', 'budget_confirmed', 'reminded', 'duty_stamped', 'certified')
HOW = ('badge', 'id_card', 'appointment', 'known', 'account', 'link')
ORDERS = ('catalog_6', 'catalog_5', 'work_order', 'contract', 'receipt', 'purchase_order', 'invoice')
PARTIES = ('buyer', 'exhibitor')
IS_SUCCESSOR = sa.text("amends_id IS NOT NULL AND state NOT IN ('draft', 'withdrawn')")
IS_STAMP = sa.text("kind = 'duty_stamped'")
IS_VALID = sa.text('voided_at IS NULL')


def words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=False, length=40)


def one_of(column, values):
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade():
    _commitment()
    _lines()
    _around()
    _events()
    _new_tables()


def _commitment():
    op.execute(f"UPDATE commitment SET procurement_method = '' WHERE procurement_method IN ({COMPETITIVE})")
    with op.batch_alter_table('commitment') as table:
        table.add_column(sa.Column('kind', words('commitmentkind', KINDS), nullable=False, server_default='commitment'))
        table.add_column(sa.Column('amends_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('amend_reason', sa.String(300), nullable=False, server_default=''))
        table.add_column(sa.Column('awaits_budget', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('paper_on', sa.Date(), nullable=True))
        table.drop_constraint(op.f('ck_commitment_commitmentstate'), type_='check')
        table.drop_constraint(op.f('ck_commitment_total_given'), type_='check')
        for name, rule in RULES.items():
            table.create_check_constraint(op.f(f'ck_commitment_{name}'), rule)
        table.create_unique_constraint(op.f('uq_commitment_id_kind'), ['id', 'kind'])
        table.create_foreign_key(op.f('fk_commitment_amends_id_commitment'), 'commitment', ['amends_id'], ['id'])
    with op.batch_alter_table('commitment') as table:
        for name in ('kind', 'amend_reason', 'awaits_budget'):
            table.alter_column(name, server_default=None)
    op.create_index(
        'uq_commitment_successor', 'commitment', ['amends_id'], unique=True,
        sqlite_where=IS_SUCCESSOR, postgresql_where=IS_SUCCESSOR,
    )
    op.create_index('ix_commitment_rup_code', 'commitment', ['rup_code'])


RULES = {
    'commitmentstate': one_of('state', (*STATES[:6], 'amended', *STATES[6:])),
    'commitmentkind': one_of('kind', KINDS),
    'total_given': "kind <> 'commitment' OR state = 'draft' OR state = 'withdrawn' OR total > 0",
    'price_free': "kind = 'commitment' OR total = 0",
    'no_winner_in_advance': f"(kind = 'invitation') = (procurement_method IN ({COMPETITIVE}))",
    'amends_what': "kind = 'commitment' OR (kind = 'withdrawal') = (amends_id IS NOT NULL)",
    'amend_reason': "(amends_id IS NULL) = (amend_reason = '')",
    'amends_another': "amends_id IS NULL OR amends_id <> id",
    'only_commitments_live': "kind = 'commitment' OR state NOT IN ('partly_realized', 'realized', 'amended')",
    'paper_dated': "(origin = 'paper') = (paper_on IS NOT NULL)",
    'paper_numbered': "origin <> 'paper' OR number IS NOT NULL",
}


def _lines():
    with op.batch_alter_table('commitment_line') as table:
        table.add_column(
            sa.Column('commitment_kind', words('commitmentkind', KINDS), nullable=False, server_default='commitment')
        )
        for name in ('unit_price', 'line_total'):
            table.drop_constraint(op.f(f'ck_commitment_line_{name}'), type_='check')
            table.create_check_constraint(
                op.f(f'ck_commitment_line_{name}'), f"({name} > 0) = (commitment_kind = 'commitment') AND {name} >= 0"
            )
        table.create_check_constraint(op.f('ck_commitment_line_commitmentkind'), one_of('commitment_kind', KINDS))
        table.drop_constraint(op.f('fk_commitment_line_commitment_id_commitment'), type_='foreignkey')
        table.create_foreign_key(
            'fk_commitment_line_commitment', 'commitment', ['commitment_id', 'commitment_kind'], ['id', 'kind'],
            ondelete='CASCADE', onupdate='CASCADE',
        )
    with op.batch_alter_table('commitment_line') as table:
        table.alter_column('commitment_kind', server_default=None)


def _around():
    with op.batch_alter_table('commitment_settings') as table:
        table.add_column(sa.Column('thresholds', sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table('commitment_party') as table:
        table.add_column(sa.Column('authority_limit', sa.BigInteger(), nullable=True))
        table.create_check_constraint(
            op.f('ck_commitment_party_authority_limit'), 'authority_limit IS NULL OR authority_limit > 0'
        )
    with op.batch_alter_table('signature') as table:
        table.add_column(sa.Column('identified_how', words('identifiedhow', HOW), nullable=True))
        table.add_column(sa.Column('identified_note', sa.String(300), nullable=False, server_default=''))
        table.create_check_constraint(op.f('ck_signature_identifiedhow'), one_of('identified_how', HOW))
        table.create_check_constraint(
            op.f('ck_signature_identified'), "identified_note = '' OR identified_how IS NOT NULL"
        )
    with op.batch_alter_table('signature') as table:
        table.alter_column('identified_note', server_default=None)


def _events():
    with op.batch_alter_table('commitment_event') as table:
        table.add_column(sa.Column('reference', sa.String(60), nullable=False, server_default=''))
        table.add_column(sa.Column('details', sa.JSON(), nullable=False, server_default='{}'))
        table.drop_constraint(op.f('ck_commitment_event_eventkind'), type_='check')
        table.create_check_constraint(op.f('ck_commitment_event_eventkind'), one_of('kind', EVENTS + NEW_EVENTS))
        table.drop_constraint(op.f('ck_commitment_event_realized_amount'), type_='check')
        table.create_check_constraint(
            op.f('ck_commitment_event_realized_amount'),
            "(kind IN ('realized', 'realization_voided')) = (amount IS NOT NULL)",
        )
        table.create_check_constraint(
            op.f('ck_commitment_event_stamp_has_serial'), "(kind = 'duty_stamped') = (reference <> '')"
        )
    with op.batch_alter_table('commitment_event') as table:
        table.alter_column('reference', server_default=None)
        table.alter_column('details', server_default=None)
    op.create_index(
        'uq_commitment_event_stamp', 'commitment_event', ['reference'], unique=True,
        sqlite_where=IS_STAMP, postgresql_where=IS_STAMP,
    )


def _new_tables():
    op.create_table('realization',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('entry_key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum(*ORDERS, name='orderkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('domestic_value', sa.BigInteger(), nullable=True),
    sa.Column('small_value', sa.BigInteger(), nullable=True),
    sa.Column('handover', sa.String(length=80), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_by', sa.Integer(), nullable=True),
    sa.Column('void_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint('value > 0', name=op.f('ck_realization_value')),
    sa.CheckConstraint('domestic_value IS NULL OR domestic_value BETWEEN 0 AND value', name=op.f('ck_realization_domestic_value')),
    sa.CheckConstraint('small_value IS NULL OR small_value BETWEEN 0 AND value', name=op.f('ck_realization_small_value')),
    sa.CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name=op.f('ck_realization_void_reason')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_realization_commitment_id_commitment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_realization_file_id_stored_file'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_realization')),
    sa.UniqueConstraint('code', name=op.f('uq_realization_code')),
    sa.UniqueConstraint('entry_key', name=op.f('uq_realization_entry_key'))
    )
    op.create_index(op.f('ix_realization_commitment_id'), 'realization', ['commitment_id'])
    op.create_index(
        'uq_realization_number', 'realization', ['kind', 'number'], unique=True, sqlite_where=IS_VALID, postgresql_where=IS_VALID
    )
    op.create_table('commitment_reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('party', sa.Enum(*PARTIES, name='partykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("channel IN ('mail', 'whatsapp', 'told')", name=op.f('ck_commitment_reminder_channel')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_commitment_reminder_commitment_id_commitment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_reminder')),
    sa.UniqueConstraint('commitment_id', 'party', 'stage', name=op.f('uq_commitment_reminder_commitment_id_party_stage'))
    )
    op.create_table('blank_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed_by', sa.Integer(), nullable=True),
    sa.Column('commitment_id', sa.Integer(), nullable=True),
    sa.Column('spoiled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spoiled_by', sa.Integer(), nullable=True),
    sa.Column('spoil_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("(spoiled_at IS NULL) = (spoil_reason = '')", name=op.f('ck_blank_form_spoil_reason')),
    sa.CheckConstraint('spoiled_at IS NULL OR commitment_id IS NULL', name=op.f('ck_blank_form_spoiled_or_used')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_blank_form_commitment_id_commitment'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_blank_form_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blank_form')),
    sa.UniqueConstraint('commitment_id', name=op.f('uq_blank_form_commitment_id')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_blank_form_event_id_number')),
    sa.UniqueConstraint('event_id', 'serial', name=op.f('uq_blank_form_event_id_serial'))
    )


def downgrade():
    _forget_other_kinds()
    for name in ('blank_form', 'commitment_reminder', 'realization'):
        op.drop_table(name)
    _events_back()
    _around_back()
    with op.batch_alter_table('commitment_line') as table:
        table.drop_constraint('fk_commitment_line_commitment', type_='foreignkey')
        table.create_foreign_key(
            op.f('fk_commitment_line_commitment_id_commitment'), 'commitment', ['commitment_id'], ['id'], ondelete='CASCADE'
        )
        table.drop_constraint(op.f('ck_commitment_line_commitmentkind'), type_='check')
        for name in ('unit_price', 'line_total'):
            table.drop_constraint(op.f(f'ck_commitment_line_{name}'), type_='check')
            table.create_check_constraint(op.f(f'ck_commitment_line_{name}'), f'{name} > 0')
        table.drop_column('commitment_kind')
    _commitment_back()


def _forget_other_kinds():
    """What the earlier version knows nothing of goes: invitations and withdrawals; an amended one is a signed one again."""
    op.execute(
        "DELETE FROM signature WHERE commitment_id IN (SELECT id FROM commitment WHERE kind <> 'commitment')"
    )
    op.execute("UPDATE commitment SET state = 'signed' WHERE state = 'amended'")
    op.execute("UPDATE commitment SET origin = 'staff', paper_on = NULL WHERE origin = 'paper'")
    for table in ('commitment_line', 'commitment_party', 'commitment_event'):
        op.execute(f"DELETE FROM {table} WHERE commitment_id IN (SELECT id FROM commitment WHERE kind <> 'commitment')")
    op.execute("DELETE FROM commitment WHERE kind <> 'commitment'")


def _events_back():
    op.execute(f"DELETE FROM commitment_event WHERE {one_of('kind', NEW_EVENTS)}")
    op.drop_index('uq_commitment_event_stamp', 'commitment_event')
    with op.batch_alter_table('commitment_event') as table:
        for name in ('stamp_has_serial', 'realized_amount', 'eventkind'):
            table.drop_constraint(op.f(f'ck_commitment_event_{name}'), type_='check')
        table.create_check_constraint(op.f('ck_commitment_event_eventkind'), one_of('kind', EVENTS))
        table.create_check_constraint(
            op.f('ck_commitment_event_realized_amount'), "(kind = 'realized') = (amount IS NOT NULL)"
        )
        table.drop_column('reference')
        table.drop_column('details')


def _around_back():
    with op.batch_alter_table('signature') as table:
        table.drop_constraint(op.f('ck_signature_identified'), type_='check')
        table.drop_constraint(op.f('ck_signature_identifiedhow'), type_='check')
        table.drop_column('identified_note')
        table.drop_column('identified_how')
    with op.batch_alter_table('commitment_party') as table:
        table.drop_constraint(op.f('ck_commitment_party_authority_limit'), type_='check')
        table.drop_column('authority_limit')
    with op.batch_alter_table('commitment_settings') as table:
        table.drop_column('thresholds')


def _commitment_back():
    op.drop_index('ix_commitment_rup_code', 'commitment')
    op.drop_index('uq_commitment_successor', 'commitment')
    with op.batch_alter_table('commitment') as table:
        table.drop_constraint(op.f('fk_commitment_amends_id_commitment'), type_='foreignkey')
        table.drop_constraint(op.f('uq_commitment_id_kind'), type_='unique')
        for name in RULES:
            table.drop_constraint(op.f(f'ck_commitment_{name}'), type_='check')
        table.create_check_constraint(op.f('ck_commitment_commitmentstate'), one_of('state', STATES))
        table.create_check_constraint(
            op.f('ck_commitment_total_given'), "state = 'draft' OR state = 'withdrawn' OR total > 0"
        )
        for name in ('kind', 'amends_id', 'amend_reason', 'awaits_budget', 'paper_on'):
            table.drop_column(name)
