"""Which letters were written already, by their keys."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from requestflow.store.models import Mail

_AT_ONCE = 10_000  # a database takes no statement of any length


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a letter bears, waiting or sent."""
    found: set[str] = set()
    for first in range(0, len(keys), _AT_ONCE):
        found.update(session.exec(select(Mail.key).where(col(Mail.key).in_(keys[first : first + _AT_ONCE]))))
    return found
