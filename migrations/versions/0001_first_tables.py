"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('access_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('invitation', 'reset', 'status', name='linkpurpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('short_code_hash', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=True),
    sa.Column('failed_tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(length=20), nullable=True),
    sa.CheckConstraint('failed_tries >= 0', name=op.f('ck_access_link_tries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_link')),
    sa.UniqueConstraint('short_code_hash', name=op.f('uq_access_link_short_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_access_link_token_hash'))
    )
    with op.batch_alter_table('access_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_link_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_access_link_live', ['purpose', 'subject_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('actor_reference', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('subject_type', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('request_id', sa.String(length=40), nullable=True),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_entry_hash')),
    sa.UniqueConstraint('sequence', name=op.f('uq_audit_entry_sequence'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix_audit_entry_subject', ['subject_type', 'subject_id'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('category',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_id', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('industry_codes', sa.JSON(), nullable=False),
    sa.Column('account_codes', sa.JSON(), nullable=False),
    sa.Column('keywords', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category'))
    )
    op.create_table('data_access',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_user_id', sa.Integer(), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_access'))
    )
    with op.batch_alter_table('data_access', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_access_actor_user_id'), ['actor_user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_access_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_access_event_id'), ['event_id'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('args', sa.JSON(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('requested_by', sa.Integer(), nullable=True),
    sa.Column('dedupe_key', sa.String(length=120), nullable=True),
    sa.Column('state', sa.Enum('queued', 'running', 'done', 'stopped', 'failed', name='jobstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('stop_requested', sa.Boolean(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('progress', sa.JSON(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heartbeat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('code', name=op.f('uq_job_code')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_job_dedupe_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_state'), ['state'], unique=False)

    op.create_table('mail_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=60), nullable=False),
    sa.Column('dedupe_key', sa.String(length=160), nullable=False),
    sa.Column('to_address', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=250), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('attachments', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('queued', 'sent', 'failed', name='mailstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_mail_message_dedupe_key'))
    )
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_message_event_id'), ['event_id'], unique=False)

    op.create_table('mail_server',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('host', sa.String(length=200), nullable=False),
    sa.Column('port', sa.Integer(), nullable=False),
    sa.Column('security', sa.String(length=10), nullable=False),
    sa.Column('username', sa.String(length=200), nullable=False),
    sa.Column('password_sealed', sa.Text(), nullable=False),
    sa.Column('from_address', sa.String(length=254), nullable=False),
    sa.Column('from_name', sa.String(length=200), nullable=False),
    sa.CheckConstraint("security IN ('none', 'starttls', 'tls')", name=op.f('ck_mail_server_security')),
    sa.CheckConstraint('port BETWEEN 1 AND 65535', name=op.f('ck_mail_server_port')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_server')),
    sa.UniqueConstraint('event_id', name=op.f('uq_mail_server_event_id'))
    )
    op.create_table('organization',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('side', sa.Enum('exhibitor', 'buyer', name='side', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('legal_name', sa.String(length=200), nullable=False),
    sa.Column('name_key', sa.String(length=200), nullable=False),
    sa.Column('regency', sa.String(length=40), nullable=True),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('website', sa.String(length=200), nullable=False),
    sa.Column('brand', sa.String(length=160), nullable=False),
    sa.Column('owner_name', sa.String(length=160), nullable=False),
    sa.Column('business_form', sa.Enum('sole_proprietor', 'cv', 'pt', 'pt_single', 'cooperative', name='businessform', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('business_scale', sa.Enum('micro', 'small', 'medium', name='businessscale', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('scale_basis', sa.String(length=20), nullable=False),
    sa.Column('business_id_number', sa.String(length=13), nullable=True),
    sa.Column('business_id_pending', sa.String(length=200), nullable=False),
    sa.Column('tax_number', sa.String(length=16), nullable=True),
    sa.Column('industry_codes', sa.JSON(), nullable=False),
    sa.Column('industry_code_version', sa.String(length=10), nullable=False),
    sa.Column('has_siinas_account', sa.Boolean(), nullable=True),
    sa.Column('catalog_seller', sa.String(length=20), nullable=False),
    sa.Column('buyer_type', sa.Enum('vertical_agency', 'regional_agency', 'local_government', 'state_owned_company', 'regional_owned_company', 'private_company', name='buyertype', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('klpd_code', sa.String(length=20), nullable=False),
    sa.Column('work_unit_codes', sa.JSON(), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("side = 'exhibitor' OR buyer_type IS NOT NULL OR merged_into_id IS NOT NULL", name=op.f('ck_organization_buyer_type_given')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['organization.id'], name=op.f('fk_organization_merged_into_id_organization')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization')),
    sa.UniqueConstraint('business_id_number', name=op.f('uq_organization_business_id_number')),
    sa.UniqueConstraint('code', name=op.f('uq_organization_code'))
    )
    with op.batch_alter_table('organization', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organization_name_key'), ['name_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_organization_regency'), ['regency'], unique=False)
        batch_op.create_index(batch_op.f('ix_organization_side'), ['side'], unique=False)
        batch_op.create_index(batch_op.f('ix_organization_tax_number'), ['tax_number'], unique=False)

    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=26), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('owner_type', sa.String(length=40), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('access', sa.String(length=10), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('original_name', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("access IN ('public', 'private')", name=op.f('ck_stored_file_access')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('code', name=op.f('uq_stored_file_code'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_file_owner_id'), ['owner_id'], unique=False)

    op.create_table('user_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('locale', sa.String(length=5), nullable=True),
    sa.Column('state', sa.Enum('active', 'disabled', 'erased', name='userstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_administrator', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('session_epoch', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state = 'erased' OR email IS NOT NULL OR phone IS NOT NULL", name=op.f('ck_user_account_reachable')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('code', name=op.f('uq_user_account_code')),
    sa.UniqueConstraint('email', name=op.f('uq_user_account_email')),
    sa.UniqueConstraint('phone', name=op.f('uq_user_account_phone'))
    )
    op.create_table('dismissed_duplicate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('dismissed_on', sa.Date(), nullable=False),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_dismissed_duplicate_ordered')),
    sa.ForeignKeyConstraint(['first_id'], ['organization.id'], name=op.f('fk_dismissed_duplicate_first_id_organization'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['second_id'], ['organization.id'], name=op.f('fk_dismissed_duplicate_second_id_organization'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dismissed_duplicate')),
    sa.UniqueConstraint('first_id', 'second_id', name=op.f('uq_dismissed_duplicate_first_id_second_id'))
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('venue', sa.String(length=200), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('timezone', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('draft', 'open', 'archived', name='eventstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_test', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('host_name', sa.String(length=200), nullable=False),
    sa.Column('host_parent', sa.String(length=200), nullable=False),
    sa.Column('host_address', sa.Text(), nullable=False),
    sa.Column('logo_file_id', sa.Integer(), nullable=True),
    sa.Column('contact_name', sa.String(length=160), nullable=False),
    sa.Column('contact_phone', sa.String(length=20), nullable=False),
    sa.Column('contact_email', sa.String(length=254), nullable=False),
    sa.Column('public_address', sa.String(length=200), nullable=False),
    sa.Column('is_public_page_on', sa.Boolean(), nullable=False),
    sa.Column('is_catalogue_public', sa.Boolean(), nullable=False),
    sa.Column('registration_opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('registration_closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wishes_close_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('exhibitor_places', sa.Integer(), nullable=True),
    sa.Column('buyer_places', sa.Integer(), nullable=True),
    sa.Column('exhibitor_min_meetings', sa.Integer(), nullable=False),
    sa.Column('exhibitor_max_meetings', sa.Integer(), nullable=True),
    sa.Column('buyer_min_meetings', sa.Integer(), nullable=False),
    sa.Column('buyer_max_meetings', sa.Integer(), nullable=True),
    sa.Column('retention_until', sa.Date(), nullable=True),
    sa.Column('setup_version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('copied_from_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('buyer_max_meetings IS NULL OR buyer_max_meetings >= buyer_min_meetings', name=op.f('ck_event_buyer_max')),
    sa.CheckConstraint('exhibitor_max_meetings IS NULL OR exhibitor_max_meetings >= exhibitor_min_meetings', name=op.f('ck_event_exhibitor_max')),
    sa.CheckConstraint('exhibitor_min_meetings >= 0 AND buyer_min_meetings >= 0', name=op.f('ck_event_minimum')),
    sa.CheckConstraint('registration_opens_at IS NULL OR registration_closes_at IS NULL OR registration_opens_at < registration_closes_at', name=op.f('ck_event_registration_window')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_event_dates')),
    sa.ForeignKeyConstraint(['copied_from_id'], ['event.id'], name=op.f('fk_event_copied_from_id_event'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_event_created_by_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['logo_file_id'], ['stored_file.id'], name=op.f('fk_event_logo_file_id_stored_file'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('code', name=op.f('uq_event_code'))
    )
    op.create_table('product',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('unit', sa.String(length=30), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('is_tax_included', sa.Boolean(), nullable=True),
    sa.Column('min_order', sa.Integer(), nullable=True),
    sa.Column('monthly_capacity', sa.Integer(), nullable=True),
    sa.Column('lead_time_days', sa.Integer(), nullable=True),
    sa.Column('photo_file_id', sa.Integer(), nullable=True),
    sa.Column('is_pure_packing', sa.Boolean(), nullable=False),
    sa.Column('shelf_life_days', sa.Integer(), nullable=True),
    sa.Column('catalog_version', sa.String(length=10), nullable=False),
    sa.Column('catalog_reference', sa.String(length=300), nullable=False),
    sa.Column('catalog_listing_status', sa.Enum('none', 'in_process', 'listed', 'unlisted', name='listingstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('catalog_checked_on', sa.Date(), nullable=True),
    sa.Column('local_content_status', sa.Enum('none', 'in_process', 'certified', name='localcontentstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('local_content_percent', sa.Numeric(precision=5, scale=2), nullable=True),
    sa.Column('company_benefit_percent', sa.Numeric(precision=5, scale=2), nullable=True),
    sa.Column('local_content_kind', sa.String(length=20), nullable=False),
    sa.Column('local_content_number', sa.String(length=120), nullable=False),
    sa.Column('local_content_issued_on', sa.Date(), nullable=True),
    sa.Column('local_content_expires_on', sa.Date(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("company_benefit_percent IS NULL OR local_content_status = 'certified'", name=op.f('ck_product_benefit_needs_certificate')),
    sa.CheckConstraint('company_benefit_percent IS NULL OR company_benefit_percent BETWEEN 0 AND 15', name=op.f('ck_product_company_benefit')),
    sa.CheckConstraint('lead_time_days IS NULL OR lead_time_days BETWEEN 0 AND 730', name=op.f('ck_product_lead_time')),
    sa.CheckConstraint('local_content_percent IS NULL OR local_content_percent BETWEEN 0 AND 100', name=op.f('ck_product_local_content')),
    sa.CheckConstraint('min_order IS NULL OR min_order > 0', name=op.f('ck_product_min_order')),
    sa.CheckConstraint('monthly_capacity IS NULL OR monthly_capacity > 0', name=op.f('ck_product_capacity')),
    sa.CheckConstraint('price > 0', name=op.f('ck_product_price')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_product_category_id_category')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_product_organization_id_organization'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['photo_file_id'], ['stored_file.id'], name=op.f('fk_product_photo_file_id_stored_file'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product')),
    sa.UniqueConstraint('code', name=op.f('uq_product_code'))
    )
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_product_organization_id'), ['organization_id'], unique=False)

    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=120), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_certificate_file_id_stored_file'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_certificate_organization_id_organization'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_certificate_product_id_product'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_product_id'), ['product_id'], unique=False)

    op.create_table('device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('tablet', 'scanner', name='devicekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('enrol_code_hash', sa.String(length=64), nullable=True),
    sa.Column('enrol_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_device_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('enrol_code_hash', name=op.f('uq_device_enrol_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_token_hash'))
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_event_id'), ['event_id'], unique=False)

    op.create_table('event_break',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('prayer', 'meal', 'coffee', 'ceremony', 'other', name='breakkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('ends_at', sa.Time(), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_event_break_times')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_break_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_break'))
    )
    with op.batch_alter_table('event_break', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_break_event_id'), ['event_id'], unique=False)

    op.create_table('import_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_import_batch_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_import_batch_file_id_stored_file'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch')),
    sa.UniqueConstraint('code', name=op.f('uq_import_batch_code'))
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_event_id'), ['event_id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('organizer', 'desk', 'exhibitor', 'buyer', 'leader', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_membership_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id_user_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('event_id', 'user_id', 'role', name=op.f('uq_membership_event_id_user_id_role'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_user_id'), ['user_id'], unique=False)

    op.create_table('pair_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('buyer_type', sa.String(length=40), nullable=False),
    sa.Column('category_id', sa.String(length=40), nullable=False),
    sa.CheckConstraint("buyer_type <> '' OR category_id <> ''", name=op.f('ck_pair_rule_says_something')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_pair_rule_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pair_rule')),
    sa.UniqueConstraint('event_id', 'buyer_type', 'category_id', name=op.f('uq_pair_rule_event_id_buyer_type_category_id'))
    )
    with op.batch_alter_table('pair_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pair_rule_event_id'), ['event_id'], unique=False)

    op.create_table('schedule_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('queued', 'running', 'done', 'stopped', 'infeasible', 'failed', name='runstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('inputs_digest', sa.String(length=64), nullable=True),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_schedule_run_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_schedule_run_job_id_job'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule_run')),
    sa.UniqueConstraint('code', name=op.f('uq_schedule_run_code'))
    )
    with op.batch_alter_table('schedule_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_schedule_run_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_schedule_run_active', ['event_id'], unique=True, sqlite_where=sa.text("state IN ('queued', 'running')"), postgresql_where=sa.text("state IN ('queued', 'running')"))

    op.create_table('session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('ends_at', sa.Time(), nullable=False),
    sa.Column('slot_minutes', sa.Integer(), nullable=False),
    sa.Column('changeover_minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint('changeover_minutes BETWEEN 0 AND 60', name=op.f('ck_session_changeover_minutes')),
    sa.CheckConstraint('slot_minutes BETWEEN 5 AND 240', name=op.f('ck_session_slot_minutes')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_session_times')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_session_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session'))
    )
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_event_id'), ['event_id'], unique=False)

    op.create_table('zone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_zone_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_zone')),
    sa.UniqueConstraint('event_id', 'name', name=op.f('uq_zone_event_id_name'))
    )
    with op.batch_alter_table('zone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_zone_event_id'), ['event_id'], unique=False)

    op.create_table('meeting_table',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('zone_id', sa.Integer(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('number > 0', name=op.f('ck_meeting_table_number')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_meeting_table_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['zone_id'], ['zone.id'], name=op.f('fk_meeting_table_zone_id_zone'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_table'))
    )
    with op.batch_alter_table('meeting_table', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_table_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_meeting_table_live_number', ['event_id', 'number'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('schedule_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'superseded', 'discarded', name='versionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('based_on_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('inputs_digest', sa.String(length=64), nullable=True),
    sa.Column('objective', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['based_on_id'], ['schedule_version.id'], name=op.f('fk_schedule_version_based_on_id_schedule_version'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_schedule_version_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['schedule_run.id'], name=op.f('fk_schedule_version_run_id_schedule_run'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule_version')),
    sa.UniqueConstraint('code', name=op.f('uq_schedule_version_code')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_schedule_version_event_id_number'))
    )
    with op.batch_alter_table('schedule_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_schedule_version_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_schedule_version_published', ['event_id'], unique=True, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))

    op.create_table('time_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_time_slot_times')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_time_slot_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_time_slot_session_id_session'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_slot'))
    )
    with op.batch_alter_table('time_slot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_time_slot_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_time_slot_live_start', ['event_id', 'starts_at'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('participation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Enum('exhibitor', 'buyer', name='side', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('submitted', 'waitlisted', 'approved', 'refused', 'withdrawn', name='participationstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('staff_note', sa.Text(), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('submission_key', sa.String(length=40), nullable=True),
    sa.Column('min_meetings', sa.Integer(), nullable=True),
    sa.Column('max_meetings', sa.Integer(), nullable=True),
    sa.Column('home_table_id', sa.Integer(), nullable=True),
    sa.Column('zone_id', sa.Integer(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f('ck_participation_refusal_has_reason')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_participation_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['home_table_id'], ['meeting_table.id'], name=op.f('fk_participation_home_table_id_meeting_table'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_participation_organization_id_organization')),
    sa.ForeignKeyConstraint(['zone_id'], ['zone.id'], name=op.f('fk_participation_zone_id_zone'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participation')),
    sa.UniqueConstraint('code', name=op.f('uq_participation_code')),
    sa.UniqueConstraint('event_id', 'organization_id', name=op.f('uq_participation_event_id_organization_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_participation_submission_key'))
    )
    with op.batch_alter_table('participation', schema=None) as batch_op:
        batch_op.create_index('ix_participation_event_state', ['event_id', 'side', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_participation_organization_id'), ['organization_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('text_version', sa.String(length=20), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('given_by', sa.String(length=20), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_consent_participation_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_participation_id'), ['participation_id'], unique=False)

    op.create_table('delegate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('office', sa.String(length=160), nullable=False),
    sa.Column('office_role', sa.Enum('budget_user', 'commitment_officer', 'activity_officer', 'procurement_officer', 'owner', 'other', name='officerole', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_contact', sa.Boolean(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_delegate_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_delegate_participation_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_delegate_user_id_user_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegate')),
    sa.UniqueConstraint('code', name=op.f('uq_delegate_code'))
    )
    with op.batch_alter_table('delegate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegate_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegate_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegate_participation_id'), ['participation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegate_phone'), ['phone'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegate_user_id'), ['user_id'], unique=False)

    op.create_table('entry_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=True),
    sa.Column('by_kind', sa.String(length=20), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_entry_revision_participation_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_revision'))
    )
    with op.batch_alter_table('entry_revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_revision_participation_id'), ['participation_id'], unique=False)

    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.String(length=40), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('item_text', sa.Text(), nullable=False),
    sa.Column('quantity_text', sa.String(length=80), nullable=False),
    sa.Column('budget_ceiling', sa.BigInteger(), nullable=True),
    sa.Column('rup_code', sa.String(length=20), nullable=False),
    sa.Column('work_unit', sa.String(length=200), nullable=False),
    sa.Column('procurement_method', sa.String(length=30), nullable=False),
    sa.Column('procurement_type', sa.String(length=30), nullable=False),
    sa.Column('funding_source', sa.String(length=20), nullable=False),
    sa.Column('account_code', sa.String(length=40), nullable=False),
    sa.Column('planned_month', sa.Integer(), nullable=True),
    sa.Column('fiscal_year', sa.Integer(), nullable=True),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('budget_ceiling IS NULL OR budget_ceiling > 0', name=op.f('ck_need_budget_ceiling')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_need_category_id_category')),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_need_participation_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need')),
    sa.UniqueConstraint('code', name=op.f('uq_need_code'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_participation_id'), ['participation_id'], unique=False)

    op.create_table('participation_category',
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_participation_category_category_id_category')),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_participation_category_participation_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('participation_id', 'category_id', name=op.f('pk_participation_category'))
    )
    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('participation_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('side', sa.Enum('exhibitor', 'buyer', name='side', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_team_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_team_participation_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('participation_id', 'position', name=op.f('uq_team_participation_id_position'))
    )
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_event_id'), ['event_id'], unique=False)

    op.create_table('unmet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('buyer_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('text_id', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['buyer_id'], ['participation.id'], name=op.f('fk_unmet_buyer_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['participation.id'], name=op.f('fk_unmet_exhibitor_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['schedule_version.id'], name=op.f('fk_unmet_version_id_schedule_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unmet')),
    sa.UniqueConstraint('version_id', 'exhibitor_id', 'buyer_id', name=op.f('uq_unmet_version_id_exhibitor_id_buyer_id'))
    )
    with op.batch_alter_table('unmet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unmet_version_id'), ['version_id'], unique=False)

    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_absence_times')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_absence_team_id_team'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absence_team_id'), ['team_id'], unique=False)

    op.create_table('agenda_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('mail_message_id', sa.Integer(), nullable=True),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_over_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], name=op.f('fk_agenda_notice_delegate_id_delegate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mail_message_id'], ['mail_message.id'], name=op.f('fk_agenda_notice_mail_message_id_mail_message'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_agenda_notice_team_id_team'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['schedule_version.id'], name=op.f('fk_agenda_notice_version_id_schedule_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_notice')),
    sa.UniqueConstraint('version_id', 'delegate_id', name=op.f('uq_agenda_notice_version_id_delegate_id'))
    )
    with op.batch_alter_table('agenda_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_notice_version_id'), ['version_id'], unique=False)

    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_team_id', sa.Integer(), nullable=False),
    sa.Column('buyer_team_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('calendar_sequence', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['buyer_team_id'], ['team.id'], name=op.f('fk_meeting_buyer_team_id_team'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_meeting_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['exhibitor_team_id'], ['team.id'], name=op.f('fk_meeting_exhibitor_team_id_team'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('code', name=op.f('uq_meeting_code')),
    sa.UniqueConstraint('event_id', 'exhibitor_team_id', 'buyer_team_id', name=op.f('uq_meeting_event_id_exhibitor_team_id_buyer_team_id'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_buyer_team_id'), ['buyer_team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_exhibitor_team_id'), ['exhibitor_team_id'], unique=False)

    op.create_table('team_delegate',
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], name=op.f('fk_team_delegate_delegate_id_delegate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_delegate_team_id_team'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('team_id', 'delegate_id', name=op.f('pk_team_delegate'))
    )
    op.create_table('wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('wisher_id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('target_team_id', sa.Integer(), nullable=True),
    sa.Column('strength', sa.Enum('must', 'want', 'no', name='wishstrength', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('wisher_id <> target_id', name=op.f('ck_wish_other')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_wish_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_id'], ['participation.id'], name=op.f('fk_wish_target_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_team_id'], ['team.id'], name=op.f('fk_wish_target_team_id_team'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['wisher_id'], ['participation.id'], name=op.f('fk_wish_wisher_id_participation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish')),
    sa.UniqueConstraint('wisher_id', 'target_id', name=op.f('uq_wish_wisher_id_target_id'))
    )
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wish_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wish_target_id'), ['target_id'], unique=False)

    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_team_id', sa.Integer(), nullable=False),
    sa.Column('buyer_team_id', sa.Integer(), nullable=False),
    sa.Column('is_pinned', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['buyer_team_id'], ['team.id'], name=op.f('fk_placement_buyer_team_id_team'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['exhibitor_team_id'], ['team.id'], name=op.f('fk_placement_exhibitor_team_id_team'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_placement_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['time_slot.id'], name=op.f('fk_placement_slot_id_time_slot')),
    sa.ForeignKeyConstraint(['table_id'], ['meeting_table.id'], name=op.f('fk_placement_table_id_meeting_table')),
    sa.ForeignKeyConstraint(['version_id'], ['schedule_version.id'], name=op.f('fk_placement_version_id_schedule_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('version_id', 'meeting_id', name=op.f('uq_placement_version_id_meeting_id')),
    sa.UniqueConstraint('version_id', 'slot_id', 'buyer_team_id', name=op.f('uq_placement_version_id_slot_id_buyer_team_id')),
    sa.UniqueConstraint('version_id', 'slot_id', 'exhibitor_team_id', name=op.f('uq_placement_version_id_slot_id_exhibitor_team_id')),
    sa.UniqueConstraint('version_id', 'slot_id', 'table_id', name=op.f('uq_placement_version_id_slot_id_table_id'))
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_version_id'), ['version_id'], unique=False)



    _begin_audit_chain()


def _begin_audit_chain():
    """Make the chain's head and let the database refuse to change or delete an entry."""
    op.execute(f"INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '{'0' * 64}')")
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{action.lower()} BEFORE {action} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )



def downgrade():
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TRIGGER audit_entry_no_change ON audit_entry")
        op.execute("DROP FUNCTION refuse_audit_change()")
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placement_version_id'))
        batch_op.drop_index(batch_op.f('ix_placement_meeting_id'))

    op.drop_table('placement')
    with op.batch_alter_table('wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wish_target_id'))
        batch_op.drop_index(batch_op.f('ix_wish_event_id'))

    op.drop_table('wish')
    op.drop_table('team_delegate')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_exhibitor_team_id'))
        batch_op.drop_index(batch_op.f('ix_meeting_event_id'))
        batch_op.drop_index(batch_op.f('ix_meeting_buyer_team_id'))

    op.drop_table('meeting')
    with op.batch_alter_table('agenda_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_notice_version_id'))

    op.drop_table('agenda_notice')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_absence_team_id'))

    op.drop_table('absence')
    with op.batch_alter_table('unmet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unmet_version_id'))

    op.drop_table('unmet')
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_team_event_id'))

    op.drop_table('team')
    op.drop_table('participation_category')
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_participation_id'))
        batch_op.drop_index(batch_op.f('ix_need_category_id'))

    op.drop_table('need')
    with op.batch_alter_table('entry_revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_revision_participation_id'))

    op.drop_table('entry_revision')
    with op.batch_alter_table('delegate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegate_user_id'))
        batch_op.drop_index(batch_op.f('ix_delegate_phone'))
        batch_op.drop_index(batch_op.f('ix_delegate_participation_id'))
        batch_op.drop_index(batch_op.f('ix_delegate_event_id'))
        batch_op.drop_index(batch_op.f('ix_delegate_email'))

    op.drop_table('delegate')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_participation_id'))

    op.drop_table('consent')
    with op.batch_alter_table('participation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_participation_organization_id'))
        batch_op.drop_index('ix_participation_event_state')

    op.drop_table('participation')
    with op.batch_alter_table('time_slot', schema=None) as batch_op:
        batch_op.drop_index('uq_time_slot_live_start', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_time_slot_event_id'))

    op.drop_table('time_slot')
    with op.batch_alter_table('schedule_version', schema=None) as batch_op:
        batch_op.drop_index('uq_schedule_version_published', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_index(batch_op.f('ix_schedule_version_event_id'))

    op.drop_table('schedule_version')
    with op.batch_alter_table('meeting_table', schema=None) as batch_op:
        batch_op.drop_index('uq_meeting_table_live_number', sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_meeting_table_event_id'))

    op.drop_table('meeting_table')
    with op.batch_alter_table('zone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_zone_event_id'))

    op.drop_table('zone')
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_event_id'))

    op.drop_table('session')
    with op.batch_alter_table('schedule_run', schema=None) as batch_op:
        batch_op.drop_index('uq_schedule_run_active', sqlite_where=sa.text("state IN ('queued', 'running')"), postgresql_where=sa.text("state IN ('queued', 'running')"))
        batch_op.drop_index(batch_op.f('ix_schedule_run_event_id'))

    op.drop_table('schedule_run')
    with op.batch_alter_table('pair_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pair_rule_event_id'))

    op.drop_table('pair_rule')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_user_id'))

    op.drop_table('membership')
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_batch_event_id'))

    op.drop_table('import_batch')
    with op.batch_alter_table('event_break', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_break_event_id'))

    op.drop_table('event_break')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_event_id'))

    op.drop_table('device')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_product_id'))
        batch_op.drop_index(batch_op.f('ix_certificate_organization_id'))

    op.drop_table('certificate')
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_organization_id'))
        batch_op.drop_index(batch_op.f('ix_product_category_id'))

    op.drop_table('product')
    op.drop_table('event')
    op.drop_table('dismissed_duplicate')
    op.drop_table('user_account')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_file_owner_id'))
        batch_op.drop_index(batch_op.f('ix_stored_file_event_id'))

    op.drop_table('stored_file')
    with op.batch_alter_table('organization', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organization_tax_number'))
        batch_op.drop_index(batch_op.f('ix_organization_side'))
        batch_op.drop_index(batch_op.f('ix_organization_regency'))
        batch_op.drop_index(batch_op.f('ix_organization_name_key'))

    op.drop_table('organization')
    op.drop_table('mail_server')
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_message_event_id'))

    op.drop_table('mail_message')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_state'))
        batch_op.drop_index(batch_op.f('ix_job_kind'))
        batch_op.drop_index(batch_op.f('ix_job_event_id'))

    op.drop_table('job')
    with op.batch_alter_table('data_access', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_access_event_id'))
        batch_op.drop_index(batch_op.f('ix_data_access_at'))
        batch_op.drop_index(batch_op.f('ix_data_access_actor_user_id'))

    op.drop_table('data_access')
    op.drop_table('category')
    op.drop_table('audit_head')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')
        batch_op.drop_index(batch_op.f('ix_audit_entry_event_id'))

    op.drop_table('audit_entry')
    with op.batch_alter_table('access_link', schema=None) as batch_op:
        batch_op.drop_index('uq_access_link_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_access_link_event_id'))

    op.drop_table('access_link')
