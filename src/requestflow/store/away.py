"""Whether an error means that the database cannot be used just now, which passes, or that the program is at fault."""

from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

AWAY: tuple[type[Exception], ...] = (DBAPIError, NoConnectionFree)
"""What the database raises, when it is away as well as for a fault of the program: `is_away` tells them apart."""

_PASSING = (OperationalError, InterfaceError, NoConnectionFree)
_A_FAULT = "SQLITE_ERROR"  # such as a table that is not there


def is_away(error: BaseException | None) -> bool:
    """Whether to say that the database is away: not reached, stopped, locked for long, or without room on its disk.

    What went wrong while that was being undone counts as the same.
    """
    if error is None:
        return False
    is_cut_off = isinstance(error, DBAPIError) and error.connection_invalidated
    behind: Any = getattr(error, "orig", None)
    is_passing = isinstance(error, _PASSING) and getattr(behind, "sqlite_errorname", "") != _A_FAULT
    return is_cut_off or is_passing or is_away(error.__context__)
