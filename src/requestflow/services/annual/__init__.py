"""The yearly report of an agency: counted live, judged, completed by hand, and drafted at the turn of the year."""

from requestflow.services.annual.behind import PAGE, Behind, behind
from requestflow.services.annual.drafts import draft
from requestflow.services.annual.indicators import (
    Imported,
    Reading,
    Refusal,
    enter_indicators,
    import_indicators,
    import_numbered,
    read,
)
from requestflow.services.annual.kept import Shown, Wanted, keep, shown
from requestflow.services.annual.report import (
    FIRST_YEAR,
    Part,
    Report,
    Scope,
    printed,
    publish_by,
    report,
    to_bytes,
    to_json,
    years,
)

__all__ = [
    "FIRST_YEAR",
    "PAGE",
    "Behind",
    "Imported",
    "Part",
    "Reading",
    "Refusal",
    "Report",
    "Scope",
    "Shown",
    "Wanted",
    "behind",
    "draft",
    "enter_indicators",
    "import_indicators",
    "import_numbered",
    "keep",
    "printed",
    "publish_by",
    "read",
    "report",
    "shown",
    "to_bytes",
    "to_json",
    "years",
]
