"""Papers: what stands around their text, their files with hashes, the witness, the certificates that seal."""

import sqlalchemy as sa
from alembic import op

revision = 'seal_1'
down_revision = 'commitments_1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('seal_authority',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('own', 'external', name='sealkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('certificates', sa.Text(), nullable=False),
    sa.Column('timestamps', sa.JSON(), nullable=False),
    sa.Column('is_trusted', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('is_trusted OR retired_at IS NOT NULL', name=op.f('ck_seal_authority_stolen_is_retired')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal_authority')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_seal_authority_fingerprint'))
    )
    with op.batch_alter_table('seal_authority', schema=None) as batch_op:
        batch_op.create_index('uq_seal_authority_own', ['kind'], unique=True, sqlite_where=sa.text("kind = 'own' AND retired_at IS NULL"), postgresql_where=sa.text("kind = 'own' AND retired_at IS NULL"))

    op.create_table('paper_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('unsealed', 'sealed', 'copy', name='paperkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('copy_kind', sa.Enum('e_meterai', 'certified', 'scan', 'other', name='copykind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('unsealed_size', sa.Integer(), nullable=True),
    sa.Column('covered_sha256', sa.String(length=64), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('serial', sa.String(length=60), nullable=False),
    sa.Column('affixed_by', sa.String(length=160), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('is_built_on_ours', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(kind = 'copy') = (copy_kind IS NOT NULL)", name=op.f('ck_paper_file_copy_named')),
    sa.CheckConstraint("(kind = 'sealed') = (unsealed_size IS NOT NULL)", name=op.f('ck_paper_file_sealed_size')),
    sa.CheckConstraint("(kind = 'unsealed') = (file_id IS NULL)", name=op.f('ck_paper_file_kept')),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_paper_file_commitment_id_commitment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_paper_file_file_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_file')),
    sa.UniqueConstraint('code', name=op.f('uq_paper_file_code')),
    sa.UniqueConstraint('commitment_id', 'sha256', name=op.f('uq_paper_file_commitment_id_sha256'))
    )
    with op.batch_alter_table('paper_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_file_commitment_id'), ['commitment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_paper_file_sha256'), ['sha256'], unique=False)
        batch_op.create_index('uq_paper_file_sealed', ['commitment_id'], unique=True, sqlite_where=sa.text("kind = 'sealed'"), postgresql_where=sa.text("kind = 'sealed'"))

    op.create_table('paper_frame',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('frame', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_paper_frame_commitment_id_commitment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_frame')),
    sa.UniqueConstraint('commitment_id', 'content_hash', name=op.f('uq_paper_frame_commitment_id_content_hash'))
    )
    with op.batch_alter_table('paper_frame', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_frame_commitment_id'), ['commitment_id'], unique=False)

    op.create_table('witness_signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commitment_id', sa.Integer(), nullable=False),
    sa.Column('batch_key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('office', sa.String(length=160), nullable=False),
    sa.Column('strokes', sa.JSON(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_witness_signature_commitment_id_commitment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_witness_signature')),
    sa.UniqueConstraint('commitment_id', name=op.f('uq_witness_signature_commitment_id'))
    )
    with op.batch_alter_table('witness_signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_witness_signature_batch_key'), ['batch_key'], unique=False)

    with op.batch_alter_table('commitment_settings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_screen_witness', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('commitment_settings', schema=None) as batch_op:
        batch_op.alter_column('has_screen_witness', server_default=None)



def downgrade():
    with op.batch_alter_table('commitment_settings', schema=None) as batch_op:
        batch_op.drop_column('has_screen_witness')

    with op.batch_alter_table('witness_signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_witness_signature_batch_key'))

    op.drop_table('witness_signature')
    with op.batch_alter_table('paper_frame', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paper_frame_commitment_id'))

    op.drop_table('paper_frame')
    with op.batch_alter_table('paper_file', schema=None) as batch_op:
        batch_op.drop_index('uq_paper_file_sealed', sqlite_where=sa.text("kind = 'sealed'"), postgresql_where=sa.text("kind = 'sealed'"))
        batch_op.drop_index(batch_op.f('ix_paper_file_sha256'))
        batch_op.drop_index(batch_op.f('ix_paper_file_commitment_id'))

    op.drop_table('paper_file')
    with op.batch_alter_table('seal_authority', schema=None) as batch_op:
        batch_op.drop_index('uq_seal_authority_own', sqlite_where=sa.text("kind = 'own' AND retired_at IS NULL"), postgresql_where=sa.text("kind = 'own' AND retired_at IS NULL"))

    op.drop_table('seal_authority')
