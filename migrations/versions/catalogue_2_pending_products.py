"""Products that wait until the entry they came with is approved."""

import sqlalchemy as sa
from alembic import op

revision = 'catalogue_2'
down_revision = 'registration_1'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('product') as batch:
        batch.add_column(sa.Column('pending_participation_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f('fk_product_pending_participation_id_participation'), 'participation', ['pending_participation_id'],
            ['id'], ondelete='CASCADE')
        batch.create_index(op.f('ix_product_pending_participation_id'), ['pending_participation_id'])
        batch.create_check_constraint(
            op.f('ck_product_pending_is_hidden'), 'pending_participation_id IS NULL OR retired_at IS NOT NULL')


def downgrade():
    with op.batch_alter_table('product') as batch:
        batch.drop_constraint(op.f('ck_product_pending_is_hidden'), type_='check')
        batch.drop_index(op.f('ix_product_pending_participation_id'))
        batch.drop_constraint(op.f('fk_product_pending_participation_id_participation'), type_='foreignkey')
        batch.drop_column('pending_participation_id')
