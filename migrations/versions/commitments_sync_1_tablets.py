"""Signing without a network: tablets, their number blocks, the event's sealing key, and every record received."""

import sqlalchemy as sa
from alembic import op

revision = 'commitments_sync_1'
down_revision = 'seal_1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sealing_key',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kid', sa.String(length=64), nullable=False),
    sa.Column('public_jwk', sa.JSON(), nullable=False),
    sa.Column('private_sealed', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_sealing_key_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_sealing_key')),
    sa.UniqueConstraint('kid', name=op.f('uq_sealing_key_kid'))
    )
    op.create_table('tablet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('clock_error_seconds', sa.Integer(), nullable=True),
    sa.Column('unsent', sa.Integer(), nullable=False),
    sa.Column('app_version', sa.String(length=40), nullable=False),
    sa.CheckConstraint('unsent >= 0', name=op.f('ck_tablet_unsent')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_tablet_device_id_device'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_tablet_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablet')),
    sa.UniqueConstraint('code', name=op.f('uq_tablet_code')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_tablet_token_hash'))
    )
    with op.batch_alter_table('tablet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tablet_device_id'), ['device_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tablet_event_id'), ['event_id'], unique=False)

    op.create_table('number_block',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('tablet_id', sa.Integer(), nullable=False),
    sa.Column('first_serial', sa.Integer(), nullable=False),
    sa.Column('last_serial', sa.Integer(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_taken_up_again', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.Enum('returned', name='blockend', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.CheckConstraint('(ended_at IS NULL) = (end_reason IS NULL)', name=op.f('ck_number_block_end_has_reason')),
    sa.CheckConstraint('first_serial > 0 AND last_serial >= first_serial', name=op.f('ck_number_block_serials')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_number_block_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablet.id'], name=op.f('fk_number_block_tablet_id_tablet'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_block')),
    sa.UniqueConstraint('code', name=op.f('uq_number_block_code')),
    sa.UniqueConstraint('event_id', 'first_serial', name=op.f('uq_number_block_event_id_first_serial'))
    )
    with op.batch_alter_table('number_block', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_number_block_tablet_id'), ['tablet_id'], unique=False)

    op.create_table('received_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('tablet_id', sa.Integer(), nullable=True),
    sa.Column('record_id', sa.String(length=36), nullable=False),
    sa.Column('record_hash', sa.String(length=64), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('via', sa.Enum('sync', 'file', name='receivedvia', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('outcome', sa.Enum('stored', 'needs_review', 'kept', 'set_aside', name='receivedoutcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('problem', sa.String(length=60), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=True),
    sa.Column('beside_id', sa.Integer(), nullable=True),
    sa.Column('signed_on_device', sa.DateTime(timezone=True), nullable=False),
    sa.Column('clock_error_seconds', sa.Integer(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("(outcome = 'stored') = (problem = '')", name=op.f('ck_received_record_problem')),
    sa.CheckConstraint("(outcome IN ('kept', 'set_aside')) = (decided_at IS NOT NULL)", name=op.f('ck_received_record_decided')),
    sa.CheckConstraint("(outcome IN ('stored', 'kept')) = (commitment_id IS NOT NULL)", name=op.f('ck_received_record_became_commitment')),
    sa.CheckConstraint("outcome <> 'set_aside' OR reason <> ''", name=op.f('ck_received_record_set_aside_reason')),
    sa.ForeignKeyConstraint(['beside_id'], ['commitment.id'], name=op.f('fk_received_record_beside_id_commitment'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_received_record_commitment_id_commitment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_received_record_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablet.id'], name=op.f('fk_received_record_tablet_id_tablet'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_record')),
    sa.UniqueConstraint('code', name=op.f('uq_received_record_code')),
    sa.UniqueConstraint('record_id', 'record_hash', name=op.f('uq_received_record_record_id_record_hash'))
    )
    with op.batch_alter_table('received_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_record_beside_id'), ['beside_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_record_commitment_id'), ['commitment_id'], unique=False)
        batch_op.create_index('ix_received_record_event_outcome', ['event_id', 'outcome'], unique=False)
        batch_op.create_index(batch_op.f('ix_received_record_tablet_id'), ['tablet_id'], unique=False)



def downgrade():
    with op.batch_alter_table('received_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_received_record_tablet_id'))
        batch_op.drop_index('ix_received_record_event_outcome')
        batch_op.drop_index(batch_op.f('ix_received_record_commitment_id'))
        batch_op.drop_index(batch_op.f('ix_received_record_beside_id'))

    op.drop_table('received_record')
    with op.batch_alter_table('number_block', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_number_block_tablet_id'))

    op.drop_table('number_block')
    with op.batch_alter_table('tablet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tablet_event_id'))
        batch_op.drop_index(batch_op.f('ix_tablet_device_id'))

    op.drop_table('tablet')
    op.drop_table('sealing_key')
