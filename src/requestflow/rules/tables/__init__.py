"""The numbers and texts of the law, one CSV file a subject, and the one way to read them."""

import csv
from importlib.resources import files


def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of tables/<name>.csv in file order, each a mapping of its header to text (empty if nothing is said)."""
    table = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(table.splitlines()))
