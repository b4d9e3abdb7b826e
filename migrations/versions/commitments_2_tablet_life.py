"""How long a tablet keeps data without contact, as a setting; the witness as an event of the trail."""

import sqlalchemy as sa
from alembic import op

revision = 'commitments_2'
down_revision = 'day_1'
branch_labels = None
depends_on = None

EVENTS = (
    'created', 'proposed', 'reopened', 'agreed', 'signed', 'ink_printed', 'link_sent', 'mandate_added', 'withdrawn', 'realized',
    'realization_voided', 'amended', 'budget_confirmed', 'reminded', 'duty_stamped', 'certified',
)
#: What was witnessed before is in the trail too, at its place in time as far as the order of ids lets it.
PUT_IN_TRAIL = """
    INSERT INTO commitment_event (commitment_id, event_key, kind, reason, reference, details, content_hash, at, device_time, user_id, device_id)
    SELECT commitment_id, 'w-' || batch_key, 'witnessed', '', '', '{}', content_hash, signed_at, device_time, user_id, device_id
    FROM witness_signature ORDER BY id
"""


def one_of(values):
    return 'kind IN (' + ', '.join(f"'{value}'" for value in values) + ')'


def upgrade():
    with op.batch_alter_table('commitment_settings') as table:
        table.add_column(sa.Column('wipe_after_hours', sa.Integer(), nullable=False, server_default='72'))
        table.create_check_constraint(
            op.f('ck_commitment_settings_wipe_after_hours'), 'wipe_after_hours BETWEEN 1 AND 720'
        )
    with op.batch_alter_table('commitment_settings') as table:
        table.alter_column('wipe_after_hours', server_default=None)
    _allow((*EVENTS, 'witnessed'))
    if op.get_bind().dialect.name == 'postgresql':  # rows that were restored with their ids have not moved the counter
        op.execute("SELECT setval(pg_get_serial_sequence('commitment_event', 'id'), max(id)) FROM commitment_event")
    op.execute(PUT_IN_TRAIL)


def downgrade():
    op.execute("DELETE FROM commitment_event WHERE kind = 'witnessed'")
    _allow(EVENTS)
    with op.batch_alter_table('commitment_settings') as table:
        table.drop_constraint(op.f('ck_commitment_settings_wipe_after_hours'), type_='check')
        table.drop_column('wipe_after_hours')


def _allow(kinds):
    with op.batch_alter_table('commitment_event') as table:
        table.drop_constraint(op.f('ck_commitment_event_eventkind'), type_='check')
        table.create_check_constraint(op.f('ck_commitment_event_eventkind'), one_of(kinds))
