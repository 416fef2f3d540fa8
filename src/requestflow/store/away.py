"""Whether an error means that the database cannot be used just now, which passes, or that the program is at fault."""

from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, NoConnectionFree)
"""What the database raises when it is away, full or overrun, and once in a while for a fault: see `is_away`."""

_A_FAULT = "SQLITE_ERROR"  # such as a table that is not there


def is_away(error: BaseException | None) -> bool:
    """Whether to say that the database is away: not reached, stopped, locked for long, or without room on its disk."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if not isinstance(error, AWAY):
        return False
    behind: Any = getattr(error, "orig", None)
    return getattr(behind, "sqlite_errorname", "") != _A_FAULT
