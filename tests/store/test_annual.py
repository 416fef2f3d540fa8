"""What the database counts for the yearly table is what counting case by case gives, on both engines."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from requestflow.rules.annual import Group, tabulate
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.cells import CaseCell, EnteredCell, FeeCell, RemedyCell, cells
from requestflow.rules.channels import Channel, MailKind
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.forms import Form
from requestflow.rules.lifecycle import State
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.store.models import NO_TERM, Agency, Case, Indicator, Remedy
from requestflow.store.queries import annual
from tests.make import an_agency
from tests.rules.counting import YEAR, Facts, groups

NOON = datetime(YEAR, 6, 1, 4, tzinfo=UTC)


def some_facts(agencies: Sequence[Agency], count: int = 300) -> list[Facts]:
    chance = random.Random(7)
    found = []
    for _ in range(count):
        received = date(YEAR - 1, 10, 1) + timedelta(days=chance.randrange(520))
        closed = received + timedelta(days=chance.randrange(90)) if chance.random() < 0.85 else None
        found.append(
            Facts(
                chance.choice(agencies).id or 0,
                received,
                closed,
                chance.choice(list(Channel)),
                chance.choice(list(ApplicantKind)),
                chance.choice(sorted(OUTCOMES)),
                chance.choice(list(Timeliness)),
            )
        )
    return found


def kept(session: Session, all_facts: Sequence[Facts]) -> list[Case]:
    """The same cases as rows."""
    rows = []
    for nth, facts in enumerate(all_facts):
        closed = facts.closed_on
        rows.append(
            Case(
                agency_id=facts.agency,
                registered_by_id=facts.agency,
                number=f"{facts.received_on.year}-{nth:04d}",
                channel=facts.channel,
                mail_kind=MailKind.signed if facts.channel is Channel.mail else None,
                entered_at=NOON,
                applicant_kind=facts.kind,
                applicant_name="李秀英",
                description="滨河路东段房屋征收补偿方案",
                state=State.sent if closed else State.open,
                received_on=facts.received_on,
                next_on=None if closed else NO_TERM,
                outcome=facts.outcome if closed else None,
                decided_on=closed,
                sent_on=closed,
                closed_on=closed,
                timeliness=facts.timeliness if closed else None,
            )
        )
    session.add_all(rows)
    session.flush()
    return rows


def summed(found: Sequence[Group]) -> Counter[tuple[object, ...]]:
    together: Counter[tuple[object, ...]] = Counter()
    for *alike, months in found:
        together.update({(*alike, month): cases for month, cases in enumerate(months) if cases})
    return together


@pytest.fixture
def agencies(session: Session) -> list[Agency]:
    root = an_agency(session)
    return [root, an_agency(session, parent=root), an_agency(session, parent=root)]


def test_the_database_counts_what_counting_case_by_case_gives(session: Session, agencies: list[Agency]) -> None:
    facts = some_facts(agencies)
    kept(session, facts)
    for year in (YEAR - 1, YEAR, YEAR + 1):
        counted = annual.tally(session, annual.tree(agencies[0]), year).groups
        assert summed(counted) == summed(groups(facts, year))
    alone = annual.tally(session, annual.own(agencies[1]), YEAR).groups
    assert summed(alone) == summed(groups([case for case in facts if case.agency == agencies[1].id]))


def test_a_request_that_is_not_yet_confirmed_counts_nowhere(session: Session, agencies: list[Agency]) -> None:
    (case,) = kept(session, some_facts(agencies, 1))
    case.state, case.received_on = State.received, None
    case.outcome = case.decided_on = case.sent_on = case.closed_on = case.timeliness = None
    session.flush()
    assert annual.tally(session, annual.tree(agencies[0]), YEAR).groups == []


def some_remedies(session: Session, rows: Sequence[Case]) -> None:
    chance = random.Random(11)
    for case in rows[:120]:
        kind = chance.choice(list(RemedyKind))
        filed = (case.received_on or NOON.date()) + timedelta(days=chance.randrange(200))
        is_over = chance.random() < 0.6
        session.add(
            Remedy(
                case_id=case.id,
                kind=kind,
                nth=1,
                route=chance.choice(list(SuitRoute)) if kind is RemedyKind.suit else None,
                filed_on=filed,
                result=chance.choice(list(RemedyResult)) if is_over else None,
                closed_on=filed + timedelta(days=chance.randrange(200)) if is_over else None,
            )
        )
    for case in rows[:9]:
        case.fee_yuan, case.fee_paid_on = Decimal(100), date(YEAR, chance.randrange(1, 13), 5)
    session.flush()


def test_the_cases_behind_every_figure_are_as_many_as_the_figure_says(session: Session, agencies: list[Agency]) -> None:
    some_remedies(session, kept(session, some_facts(agencies)))
    within = annual.tree(agencies[0])
    tally = annual.tally(session, within, YEAR)
    seen = Counter[type]()
    for form in Form:
        table = tabulate(form, tally)
        for key, cell in cells(form).items():
            if isinstance(cell, EnteredCell):
                continue
            behind = session.exec(annual.behind(within, YEAR, cell)).all()
            assert len({case.id for case in behind}) == len(behind)
            if isinstance(cell, FeeCell):
                assert sum(case.fee_yuan for case in behind) == table[key] * 10_000 == 900
            else:  # one remedy a case in this test, so cases and remedies are as many
                assert len(behind) == table[key], key
            seen[type(cell)] += len(behind)
    assert all(seen[kind] for kind in (CaseCell, RemedyCell, FeeCell))


def test_a_review_counts_as_pending_in_the_year_filed_and_by_its_result_in_the_year_it_came(
    session: Session, agencies: list[Agency]
) -> None:
    (case,) = kept(session, some_facts(agencies, 1))
    review = Remedy(
        case_id=case.id,
        kind=RemedyKind.review,
        nth=1,
        filed_on=date(YEAR, 12, 31),
        result=RemedyResult.upheld,
        closed_on=date(YEAR + 1, 1, 1),
    )
    session.add(review)
    session.flush()

    def figures(year: int) -> dict[str, object]:
        table = tabulate(Form.y2021, annual.tally(session, annual.tree(agencies[0]), year))
        return {key.rpartition("/")[2]: n for key, n in table.items() if key.startswith("table4/review") and n}

    assert figures(YEAR) == {"pending": 1, "total": 1}
    assert figures(YEAR + 1) == {"upheld": 1, "total": 1}
    assert figures(YEAR + 2) == {}


def test_the_overdue_cases_are_named_in_the_order_of_their_closing(session: Session, agencies: list[Agency]) -> None:
    rows = kept(session, some_facts(agencies))
    late = [
        row for row in rows if row.timeliness is Timeliness.overdue and row.closed_on and row.closed_on.year == YEAR
    ]
    assert late
    named = annual.overdue(session, annual.tree(agencies[0]), YEAR)
    assert named == [
        (row.agency_id, row.number, row.id)
        for row in sorted(late, key=lambda row: (row.closed_on, row.agency_id, row.number))
    ]


def test_entered_figures_come_with_the_tally_of_their_year(session: Session, agencies: list[Agency]) -> None:
    for year, value in ((YEAR, "9.52"), (YEAR - 1, "3")):
        session.add(Indicator(agency_id=agencies[1].id, year=year, item="8.4", value=Decimal(value)))
    session.flush()
    entries = annual.tally(session, annual.tree(agencies[0]), YEAR).entries
    assert [tuple(entry) for entry in entries] == [(agencies[1].id, "8.4", "", "", Decimal("9.52"))]
    assert len(session.exec(select(Indicator).where(Indicator.agency_id == agencies[1].id)).all()) == 2
