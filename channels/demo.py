"""What only the demo shows: the sample orders to try, with their owners' addresses."""

from __future__ import annotations

from fastapi import APIRouter

from orders.samples import try_this

router = APIRouter()


@router.get("/demo/orders")
def sample_orders() -> list[dict[str, str]]:
    """List the sample orders: what each of them shows, and words to begin with."""
    return try_this()
