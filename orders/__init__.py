"""Orders, their items, and the requests about them.

Plain functions that take a SQLAlchemy session first; who calls them owns the transaction (`database.transaction`).
"""

from orders.facts import facts_of, left_of, open_items, requests_of
from orders.filing import (
    AlreadyRequestedError,
    NotAllowedError,
    ask_about_request,
    file_request,
    find_request,
    move_request,
    request_message,
    withdraw_request,
)
from orders.finding import find_order, order_with_id, orders_of
from orders.models import Customer, Item, Order, Request, RequestChange, RequestItem
from orders.references import read_reference

__all__ = [
    "AlreadyRequestedError",
    "Customer",
    "Item",
    "NotAllowedError",
    "Order",
    "Request",
    "RequestChange",
    "RequestItem",
    "ask_about_request",
    "facts_of",
    "file_request",
    "find_order",
    "find_request",
    "left_of",
    "move_request",
    "open_items",
    "order_with_id",
    "orders_of",
    "read_reference",
    "request_message",
    "requests_of",
    "withdraw_request",
]
