"""What is remembered of the years: figures that people enter, reports, counts. Models like those of `store.models`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from requestflow.store.columns import Exact


class Indicator(SQLModel, table=True):
    """A figure of the yearly report that cases cannot give: `item` is its line, in table 2 with label and column."""

    __table_args__ = (UniqueConstraint("agency_id", "year", "item", "label", "column"),)

    id: int = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    year: int
    item: str = Field(max_length=16)
    label: str = Field(default="", max_length=64)
    column: str = Field(default="", max_length=32)
    value: Decimal = Field(sa_type=Exact)


class AnnualReport(SQLModel, table=True):
    """A year's report as it stood when it was built; `version` is 0 for the draft."""

    __table_args__ = (UniqueConstraint("agency_id", "year", "form", "scope", "version"),)

    id: int = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    year: int
    form: str = Field(max_length=8)
    scope: str = Field(max_length=8)
    version: int = 0
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    built_at: datetime


class KeptReport(SQLModel, table=True):
    """What a page shows of a year's report, as it was last counted: a projection, shown again while it still stands.

    `basis` stands for what it was counted by besides events, `seen` for how many events after the `mark` touched it.
    """

    agency_id: int = Field(foreign_key="agency.id", primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    form: str = Field(max_length=8, primary_key=True)
    scope: str = Field(max_length=8, primary_key=True)
    basis: str = Field(max_length=64)
    mark: int
    seen: int
    body: dict[str, Any] = Field(sa_type=JSON)


class MonthCount(SQLModel, table=True):
    """How many cases of an agency fell into a month in one respect: a projection that a worker keeps current.

    `facet` is the respect and `value` which of its kinds; the month is its first day.
    """

    agency_id: int = Field(foreign_key="agency.id", primary_key=True)
    month: date = Field(primary_key=True)
    facet: str = Field(max_length=32, primary_key=True)
    value: str = Field(max_length=100, primary_key=True)
    cases: int
