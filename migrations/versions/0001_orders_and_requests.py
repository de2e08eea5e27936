"""The shop's orders, and the requests that customers file about them, each with the facts and decision of its day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None

STATUS_IS_KNOWN = (
    "status IN ('filed', 'approved', 'rejected', 'received', 'refunded', 'replaced', 'cancelled', 'withdrawn', 'closed')"
)


def upgrade() -> None:
    op.create_table('customers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.CheckConstraint('email = lower(email)', name='email_in_lower_case'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email')
    )
    op.create_table('orders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('number_key', sa.String(length=64), nullable=False),
    sa.Column('number_tail', sa.String(length=64), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True)),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('sold_by', sa.String(length=16), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('shipping_paid', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("sold_by IN ('inomega', 'retailer')", name='known_sold_by'),
    sa.CheckConstraint("status IN ('paid', 'shipped', 'delivered', 'cancelled', 'refunded')", name='known_status'),
    sa.CheckConstraint('length(currency) = 3', name='currency_has_three_letters'),
    sa.CheckConstraint('shipping_paid >= 0', name='shipping_not_negative'),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index('ix_orders_customer_id', 'orders', ['customer_id'])
    op.create_index('ix_orders_number_key', 'orders', ['number_key'])
    op.create_index('ix_orders_number_tail', 'orders', ['number_tail'])
    op.create_table('items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('sku', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.BigInteger(), nullable=False),
    sa.Column('discount', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('pricing', sa.String(length=16), nullable=False),
    sa.Column('shipped_at', sa.DateTime(timezone=True)),
    sa.Column('carrier', sa.String(length=64)),
    sa.Column('tracking_number', sa.String(length=64)),
    sa.Column('estimated_delivery', sa.DateTime(timezone=True)),
    sa.Column('delivered_at', sa.DateTime(timezone=True)),
    sa.CheckConstraint("kind IN ('equipment', 'accessory')", name='known_kind'),
    sa.CheckConstraint("pricing IN ('regular', 'sale', 'clearance')", name='known_pricing'),
    sa.CheckConstraint('discount <= unit_price * quantity', name='discount_within_price'),
    sa.CheckConstraint('quantity > 0', name='quantity_positive'),
    sa.CheckConstraint('unit_price >= 0 AND discount >= 0 AND tax >= 0', name='amounts_not_negative'),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('order_id', 'line', name='one_item_a_line')
    )
    op.create_table('requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('wants', sa.String(length=16), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('decision', sa.JSON(), nullable=False),
    sa.Column('policy_version', sa.String(length=128), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('conversation_id', sa.String(length=128)),
    sa.CheckConstraint("kind IN ('cancellation', 'refund', 'replacement', 'review')", name='known_kind'),
    sa.CheckConstraint(STATUS_IS_KNOWN, name='known_status'),
    sa.CheckConstraint("wants IN ('cancellation', 'refund', 'replacement')", name='known_wants'),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('reference')
    )
    op.create_index('ix_requests_conversation_id', 'requests', ['conversation_id'])
    op.create_index('ix_requests_order_id', 'requests', ['order_id'])
    op.create_index('ix_requests_status', 'requests', ['status'])
    op.create_table('request_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.CheckConstraint(STATUS_IS_KNOWN, name='known_status'),
    sa.ForeignKeyConstraint(['request_id'], ['requests.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_request_changes_request_id', 'request_changes', ['request_id'])
    op.create_table('request_items',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('discount', sa.BigInteger(), nullable=False),
    sa.Column('tax', sa.BigInteger(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.CheckConstraint('discount >= 0 AND tax >= 0', name='amounts_not_negative'),
    sa.CheckConstraint('quantity > 0', name='quantity_positive'),
    sa.ForeignKeyConstraint(['item_id'], ['items.id']),
    sa.ForeignKeyConstraint(['request_id'], ['requests.id']),
    sa.PrimaryKeyConstraint('request_id', 'item_id')
    )
    op.create_index('one_open_request_an_item', 'request_items', ['item_id'], unique=True, sqlite_where=sa.text('is_open'), postgresql_where=sa.text('is_open'),)
    op.create_index('requests_of_an_item', 'request_items', ['item_id'])


def downgrade() -> None:
    op.drop_table('request_items')
    op.drop_table('request_changes')
    op.drop_table('requests')
    op.drop_table('items')
    op.drop_table('orders')
    op.drop_table('customers')
