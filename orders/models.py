"""Orders and the requests about them, as the database keeps them.

Amounts are whole minor units (cents) of the order's currency; times carry their offset. Text that may be missing has
no annotation: the mypy plugin infers `str | None` for it, and takes no written one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, relationship, validates

from database import Base, UtcDateTime
from orders import words
from orders.identifiers import email_key, number_key, number_tail


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=f"known_{column}")


class Customer(Base):
    """Who ordered, known by the e-mail address (kept as `email_key` gives it)."""

    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_lower_case"),)

    id: Mapped[int] = Column(Integer, primary_key=True)
    email: Mapped[str] = Column(String(254), nullable=False, unique=True)
    name: Mapped[str] = Column(String(200), nullable=False, default="")

    @validates("email")
    def _compared_without_case(self, _key: str, email: str) -> str:
        return email_key(email)


class Order(Base):
    """An order as the shop knows it. `number` is as the shop writes it; the other two serve to find it.

    `refunded` is what the shop has paid back outside of our requests.
    """

    __tablename__ = "orders"
    __table_args__ = (
        _one_of("status", words.ORDER_STATUSES),
        _one_of("sold_by", words.SELLERS),
        CheckConstraint("length(currency) = 3", name="currency_has_three_letters"),
        CheckConstraint("shipping_paid >= 0", name="shipping_not_negative"),
        CheckConstraint("refunded >= 0", name="refunded_not_negative"),
        # By number and customer together, so that a wrong pair is looked up in the same way whoever's the number is.
        Index("orders_by_key", "number_key", "customer_id"),
        Index("orders_by_tail", "number_tail", "customer_id"),
    )

    id: Mapped[int] = Column(Integer, primary_key=True)
    number: Mapped[str] = Column(String(64), nullable=False, unique=True)
    number_key: Mapped[str] = Column(String(64), nullable=False)
    number_tail: Mapped[str] = Column(String(64), nullable=False)
    customer_id: Mapped[int] = Column(ForeignKey("customers.id"), nullable=False, index=True)
    placed_at: Mapped[datetime | None] = Column(UtcDateTime)
    status: Mapped[str] = Column(String(16), nullable=False)
    sold_by: Mapped[str] = Column(String(16), nullable=False)
    currency: Mapped[str] = Column(String(3), nullable=False)
    shipping_paid: Mapped[int] = Column(BigInteger, nullable=False, default=0)
    refunded: Mapped[int] = Column(BigInteger, nullable=False, default=0)

    # Loaded with the order, so that what was found can be read after the session has ended.
    customer: Mapped[Customer] = relationship(Customer, lazy="joined", innerjoin=True)
    items: Mapped[list[Item]] = relationship(
        "Item", back_populates="order", order_by="Item.line", lazy="selectin", cascade="all, delete-orphan"
    )
    requests: Mapped[list[Request]] = relationship(
        "Request", back_populates="order", order_by="Request.id", lazy="selectin", passive_deletes="all"
    )

    @validates("number")
    def _findable(self, _key: str, number: str) -> str:
        self.number_key, self.number_tail = number_key(number), number_tail(number)
        return number

    @property
    def delivered_at(self) -> datetime | None:
        """When the last item came; None as long as one of them hasn't, or nobody knows."""
        times = [item.delivered_at for item in self.items]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None


class Item(Base):
    """A line of an order: so many of one article. `discount` and `tax` are the whole line's; prices are without tax.

    How it travels is the item's own affair: an order may come in several parcels. `settled` is how many the shop has
    cancelled or refunded outside of our requests.
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("order_id", "line", name="one_item_a_line"),
        _one_of("kind", words.ITEM_KINDS),
        _one_of("pricing", words.PRICINGS),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price >= 0 AND discount >= 0 AND tax >= 0", name="amounts_not_negative"),
        CheckConstraint("discount <= unit_price * quantity", name="discount_within_price"),
        CheckConstraint("settled BETWEEN 0 AND quantity", name="settled_within_quantity"),
    )

    id: Mapped[int] = Column(Integer, primary_key=True)
    order_id: Mapped[int] = Column(ForeignKey("orders.id"), nullable=False)
    line: Mapped[int] = Column(Integer, nullable=False)
    sku: Mapped[str] = Column(String(64), nullable=False)
    name: Mapped[str] = Column(String(300), nullable=False)
    kind: Mapped[str] = Column(String(16), nullable=False)
    quantity: Mapped[int] = Column(Integer, nullable=False)
    unit_price: Mapped[int] = Column(BigInteger, nullable=False)
    discount: Mapped[int] = Column(BigInteger, nullable=False, default=0)
    tax: Mapped[int] = Column(BigInteger, nullable=False, default=0)
    pricing: Mapped[str] = Column(String(16), nullable=False)
    shipped_at: Mapped[datetime | None] = Column(UtcDateTime)
    carrier = Column(String(64))
    tracking_number = Column(String(64))
    estimated_delivery: Mapped[datetime | None] = Column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = Column(UtcDateTime)
    settled: Mapped[int] = Column(Integer, nullable=False, default=0)

    order: Mapped[Order] = relationship(Order, back_populates="items", lazy="immediate")

    @property
    def asked(self) -> list[RequestItem]:
        """What requests hold, or held, of the item."""
        return [asked for request in self.order.requests for asked in request.items if asked.item is self]


class Request(Base):
    """What a customer asked the shop to do, with the facts and the decision as they were when it was filed.

    The database itself refuses to change or delete what was filed (the triggers of migrations 0003 and 0004); only
    erasing the person, once, takes the order's number out of it.
    """

    __tablename__ = "requests"
    __table_args__ = (
        _one_of("kind", words.REQUEST_KINDS),
        _one_of("wants", words.WISHES),
        _one_of("status", words.REQUEST_STATUSES),
        Index("requests_by_filing", "filed_at"),
    )

    id: Mapped[int] = Column(Integer, primary_key=True)
    reference: Mapped[str] = Column(String(16), nullable=False, unique=True)
    order_id: Mapped[int] = Column(ForeignKey("orders.id"), nullable=False, index=True)
    kind: Mapped[str] = Column(String(16), nullable=False)
    wants: Mapped[str] = Column(String(16), nullable=False)
    status: Mapped[str] = Column(String(16), nullable=False, index=True)
    facts: Mapped[dict[str, Any]] = Column(JSON, nullable=False)
    decision: Mapped[dict[str, Any]] = Column(JSON, nullable=False)
    policy_version: Mapped[str] = Column(String(128), nullable=False)
    filed_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    conversation_id = Column(String(128), index=True)
    erased_at: Mapped[datetime | None] = Column(UtcDateTime)

    order: Mapped[Order] = relationship(Order, back_populates="requests", lazy="immediate")
    items: Mapped[list[RequestItem]] = relationship(
        "RequestItem", back_populates="request", order_by="RequestItem.position", lazy="selectin"
    )
    changes: Mapped[list[RequestChange]] = relationship("RequestChange", order_by="RequestChange.id", lazy="selectin")


class RequestItem(Base):
    """How many of an item a request is about, and the share of the line's discount and tax that they bring."""

    __tablename__ = "request_items"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("discount >= 0 AND tax >= 0", name="amounts_not_negative"),
        # Whoever files, and however many at once: an item never has two open requests.
        Index(
            "one_open_request_an_item",
            "item_id",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index("requests_of_an_item", "item_id"),
    )

    request_id: Mapped[int] = Column(ForeignKey("requests.id"), primary_key=True)
    item_id: Mapped[int] = Column(ForeignKey("items.id"), primary_key=True)
    position: Mapped[int] = Column(Integer, nullable=False)
    quantity: Mapped[int] = Column(Integer, nullable=False)
    discount: Mapped[int] = Column(BigInteger, nullable=False)
    tax: Mapped[int] = Column(BigInteger, nullable=False)
    is_open: Mapped[bool] = Column(Boolean, nullable=False)

    request: Mapped[Request] = relationship(Request, back_populates="items", lazy="joined", innerjoin=True)
    item: Mapped[Item] = relationship(Item, lazy="joined", innerjoin=True)


class RequestChange(Base):
    """One step in a request's life: the status it took on, when, and by whom (`customer`, an agent's name).

    `note` is what they said with it. A customer's question is a step that leaves the status as it is.
    """

    __tablename__ = "request_changes"
    __table_args__ = (_one_of("status", words.REQUEST_STATUSES), Index("request_changes_by_status", "status", "at"))

    id: Mapped[int] = Column(Integer, primary_key=True)
    request_id: Mapped[int] = Column(ForeignKey("requests.id"), nullable=False, index=True)
    status: Mapped[str] = Column(String(16), nullable=False)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    by: Mapped[str] = Column(String(100), nullable=False)
    note = Column(Text)


class OutboxEntry(Base):
    """Something to be told about a step of a request: to support or the customer by e-mail, to the shop's webhook.

    Stored with the step in one transaction, so that neither exists without the other. It holds no words of its own:
    what is told is made from the request when it is sent. `key` stays the same over all tries.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _one_of("recipient", words.RECIPIENTS),
        Index(
            "outbox_waiting", "due_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
        ),
    )

    id: Mapped[int] = Column(Integer, primary_key=True)
    key: Mapped[str] = Column(String(32), nullable=False, unique=True)
    recipient: Mapped[str] = Column(String(16), nullable=False)
    request_id: Mapped[int] = Column(ForeignKey("requests.id"), nullable=False, index=True)
    change_id: Mapped[int] = Column(ForeignKey("request_changes.id"), nullable=False)
    created_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    due_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    tries: Mapped[int] = Column(Integer, nullable=False, default=0)
    done_at: Mapped[datetime | None] = Column(UtcDateTime)
    # Why the last try failed, without personal data; with `done_at`: why it was given up.
    error = Column(String(200))

    request: Mapped[Request] = relationship(Request)
    change: Mapped[RequestChange] = relationship(RequestChange)


class WrongPair(Base):
    """A try to find an order with a number and e-mail address that don't go together, and a hash of where from."""

    __tablename__ = "wrong_pairs"
    __table_args__ = (Index("wrong_pairs_of_an_address", "address_hash", "at"),)

    id: Mapped[int] = Column(Integer, primary_key=True)
    address_hash: Mapped[str] = Column(String(64), nullable=False)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False, index=True)


class Secret(Base):
    """Random bytes, in hexadecimal, that this database made for itself."""

    __tablename__ = "secrets"

    name: Mapped[str] = Column(String(64), primary_key=True)
    value: Mapped[str] = Column(String(64), nullable=False)
