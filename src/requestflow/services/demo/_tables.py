"""The tables of the demo, one CSV file each."""

import csv
from importlib.resources import files
from io import StringIO


def rows(name: str) -> list[dict[str, str]]:
    """The rows of <name>.csv beside this module, in file order."""
    table = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(table)))
