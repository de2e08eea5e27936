"""How often somebody may look for an order with a wrong pair of number and e-mail address.

Counted by the network address that the tries come from, over all its conversations; it is kept as a salted hash, for
an hour.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from orders.models import Secret, WrongPair

MOST_WRONG_PAIRS = 20  # a whole office may share an address
WITHIN = timedelta(hours=1)


def may_try(session: Session, address: str, now: datetime, most: int = MOST_WRONG_PAIRS) -> bool:
    """Whether this address hasn't tried too many wrong pairs lately; `most` of them are let pass."""
    lately = select(func.count()).where(WrongPair.address_hash == _hash(session, address), WrongPair.at > now - WITHIN)
    return int(session.execute(lately).scalar_one()) < most


def note_wrong_pair(session: Session, address: str, now: datetime) -> None:
    """The address tried a pair that doesn't go together. What is older than it counts is forgotten."""
    forget_old(session, now)
    session.add(WrongPair(address_hash=_hash(session, address), at=now))
    session.flush()


def forget_old(session: Session, now: datetime) -> None:
    """Delete what is older than it counts."""
    session.execute(delete(WrongPair).where(WrongPair.at <= now - WITHIN).execution_options(synchronize_session=False))


def _hash(session: Session, address: str) -> str:
    salt = session.execute(select(Secret.value).where(Secret.name == "address_salt")).scalar_one()
    return hmac.new(bytes.fromhex(salt), address.encode(errors="replace"), hashlib.sha256).hexdigest()
