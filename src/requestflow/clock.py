"""The only place that reads the time: the instant, and the legal day of a Chinese office."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is now in the legal time zone, whatever the machine's own zone says."""
    return datetime.now(LEGAL_ZONE).date()
