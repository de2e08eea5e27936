"""Where an order is, as the shop knows it."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.dates import written
from actions.questions import counted
from languages import gettext
from orders import Item, Order

SETTLED_ORDERS = {"cancelled", "refunded"}


def say_where_it_is(dispatcher: CollectingDispatcher, order: Order, locale: str | None) -> None:
    """Item by item, or that nothing will come any more."""
    if order.status in SETTLED_ORDERS:
        dispatcher.utter_message(response=f"utter_order_{order.status}", number=order.number)
        return
    for item in order.items:
        dispatcher.utter_message(response=_whereabouts(item), **_travel_of(item, locale))


def _whereabouts(item: Item) -> str:
    if item.delivered_at:
        return "utter_item_delivered"
    if item.shipped_at is None:
        return "utter_item_not_shipped"
    return "utter_item_shipped_tracked" if item.tracking_number else "utter_item_shipped"


def _travel_of(item: Item, locale: str | None) -> dict[str, str]:
    """What the shop knows of an item's way."""
    arrival = item.estimated_delivery
    expected = gettext("It is expected on {day}.", locale)
    unknown = gettext("No day of arrival is known yet.", locale)
    return {
        "item": counted(item.quantity, item.name),
        "delivered": written(item.delivered_at, locale) if item.delivered_at else "",
        "shipped": written(item.shipped_at, locale) if item.shipped_at else "",
        "carrier": item.carrier or gettext("the carrier", locale),
        "tracking": item.tracking_number or "",
        "estimate": expected.format(day=written(arrival, locale)) if arrival else unknown,
    }
