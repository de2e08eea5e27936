"""What only the demo shows: the sample orders to try, with their owners' addresses."""

from __future__ import annotations

from fastapi import APIRouter
from orders.samples import try_this

router = APIRouter()


@router.get("/demo/orders")
def sample_orders() -> list[dict[str, str]]:
    """The sample orders, what each of them shows, and words to begin with."""
    return [
        {
            "number": sample.number,
            "email": sample.email,
            "try_this": sample.try_this,
            "phrase": sample.phrase,
        }
        for sample in try_this()
    ]
