"""What only the demo shows: the sample orders to try, with their owners' addresses."""

from __future__ import annotations

from fastapi import APIRouter

from orders.samples import try_this


def sample_orders(is_demo: bool) -> APIRouter:
    """GET /demo/orders: what each sample order shows, and words to begin with; none where this isn't the demo."""
    router = APIRouter()

    @router.get("/demo/orders")
    def samples() -> list[dict[str, str]]:
        return try_this() if is_demo else []

    return router
