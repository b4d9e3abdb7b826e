"""The five categories, thumbnails of product photos, and one live product of a name in an organisation."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = 'catalogue_1'
down_revision = '0001'
branch_labels = None
depends_on = None

#: id, name in Indonesian and English, KBLI 2020, account codes, keywords, false friends (seen in real plans).
CATEGORIES = [
    ('tapis', 'Tapis dan turunannya', 'Tapis and tapis products',
     ['13912', '13922', '13122', '13121', '13134', '13929', '14111', '15121'],
     ['5.1.02.01.01.0035'],
     ['tapis', 'sulam usus', 'sulaman', 'celugam', 'siger', 'tenun', 'bordir', 'batik', 'kain tradisional', 'kain adat',
      'selendang', 'peci'],
     ['baju operasi', 'duk operasi', 'kasa']),
    ('souvenir', 'Suvenir dan cendera mata', 'Souvenirs',
     ['32903', '13922', '16291', '16292', '16293', '16299', '23932', '25999', '32119'],
     ['5.1.02.01.01.0035'],
     ['suvenir', 'souvenir', 'cendera mata', 'cenderamata', 'cinderamata', 'plakat', 'vandel', 'gantungan kunci',
      'tumbler', 'miniatur', 'kerajinan'],
     []),
    ('seminar_kit', 'Seminar kit', 'Seminar kits',
     ['15121', '13929', '14111', '32901', '17099', '22220'],
     ['5.1.02.01.01.0024', '5.1.02.01.01.0035'],
     ['seminar kit', 'tas seminar', 'tas kegiatan', 'tas peserta', 'tas, pulpen', 'goodie bag', 'goody bag', 'lanyard',
      'tanda pengenal', 'kit peserta', 'perlengkapan peserta', 'buku agenda'],
     []),
    ('agri_machinery', 'Alat dan mesin pertanian', 'Farm tools and machinery',
     ['28210', '25931', '28250', '25934'],
     [],
     ['alsintan', 'alat dan mesin pertanian', 'traktor', 'cultivator', 'power thresher', 'perontok', 'pemipil',
      'pencacah', 'chopper', 'mesin panen', 'sprayer', 'mesin pengering', 'alat pengolahan tanah', 'alat pasca panen',
      'mesin pengolah', 'mesin produksi'],
     ['kertas', 'cover', 'kaca preparat', 'tenaga keamanan', 'outsourcing', 'jasa kebersihan']),
    ('processed_food', 'Makanan olahan dan camilan', 'Processed food and snacks',
     ['10794', '10792', '10710', '10761', '10732', '10733', '10739', '10750', '10773', '10779', '10799', '10399',
      '10311', '10313', '10219', '11040'],
     ['5.1.02.01.01.0052', '5.1.02.01.01.0053', '5.1.02.01.01.0055'],
     ['snack', 'kudapan', 'camilan', 'makanan ringan', 'kue', 'keripik', 'kerupuk', 'kopi', 'makanan dan minuman',
      'makan minum', 'makan dan minum', 'konsumsi', 'jamuan tamu', 'nasi kotak'],
     []),
]


def _name_key(name):
    plain = unicodedata.normalize('NFKD', name).encode('ascii', 'ignore').decode().casefold()
    return re.sub(r'[^a-z0-9]+', ' ', plain).strip()[:200] or name.casefold()[:200]


def upgrade():
    with op.batch_alter_table('category') as batch:
        batch.add_column(sa.Column('negative_keywords', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('category') as batch:
        batch.alter_column('negative_keywords', server_default=None)
    with op.batch_alter_table('product') as batch:
        batch.add_column(sa.Column('name_key', sa.String(length=200), nullable=True))
        batch.add_column(sa.Column('thumbnail_file_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f('fk_product_thumbnail_file_id_stored_file'), 'stored_file', ['thumbnail_file_id'], ['id'],
            ondelete='SET NULL')
    _fill_name_keys()
    with op.batch_alter_table('product') as batch:
        batch.alter_column('name_key', existing_type=sa.String(length=200), nullable=False)
        batch.create_index(
            'uq_product_live_name', ['organization_id', 'name_key'], unique=True,
            sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
    _insert_categories()


def _fill_name_keys():
    """A second product of one name in an organisation keeps its row, told apart by its number."""
    connection, seen = op.get_bind(), set()
    product = sa.table('product', sa.column('id', sa.Integer), sa.column('organization_id', sa.Integer),
                       sa.column('name', sa.String), sa.column('name_key', sa.String))
    for row in connection.execute(sa.select(product).order_by(product.c.id)).all():
        key = _name_key(row.name)
        key = f'{key[:180]} {row.id}' if (row.organization_id, key) in seen else key
        seen.add((row.organization_id, key))
        connection.execute(product.update().where(product.c.id == row.id).values(name_key=key))


def _insert_categories():
    category = sa.table(
        'category', sa.column('id', sa.String), sa.column('position', sa.Integer), sa.column('name_id', sa.String),
        sa.column('name_en', sa.String), sa.column('industry_codes', sa.JSON), sa.column('account_codes', sa.JSON),
        sa.column('keywords', sa.JSON), sa.column('negative_keywords', sa.JSON))
    known = set(op.get_bind().scalars(sa.select(category.c.id)))
    names = ('id', 'name_id', 'name_en', 'industry_codes', 'account_codes', 'keywords', 'negative_keywords')
    rows = [dict(zip(names, values), position=number) for number, values in enumerate(CATEGORIES, start=1)]
    op.bulk_insert(category, [row for row in rows if row['id'] not in known])


def downgrade():
    """The categories stay: products and needs of the earlier tables refer to them."""
    with op.batch_alter_table('product') as batch:
        batch.drop_index('uq_product_live_name')
        batch.drop_constraint(op.f('fk_product_thumbnail_file_id_stored_file'), type_='foreignkey')
        batch.drop_column('thumbnail_file_id')
        batch.drop_column('name_key')
    with op.batch_alter_table('category') as batch:
        batch.drop_column('negative_keywords')
