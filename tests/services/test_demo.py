"""The demo year: the published table of 吴忠市 for 2018 comes out of its cases, figure by figure."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from requestflow.rules.annual import blank
from requestflow.rules.forms import Form
from requestflow.rules.lifecycle import State
from requestflow.rules.verdicts import Verdict
from requestflow.services import agencies, annual, demo, people, reminders, upkeep
from requestflow.store.models import Agency, Case
from tests.servers.databases import rolled_back
from tests.wuzhong_2018 import ANNEX

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def session(engine: Engine) -> Iterator[Session]:
    """The demo, loaded once for all of these tests: they read, and undo what they write."""
    with rolled_back(engine) as session:
        demo.load(session, today=TODAY, now=NOW)
        yield session


@pytest.fixture
def root(session: Session) -> Agency:
    return agencies.found(session, demo.ROOT)


def test_the_table_of_2018_equals_the_published_annex_in_all_58_figures(session: Session, root: Agency) -> None:
    report = annual.report(session, root, 2018, scope=annual.Scope.tree, today=TODAY)
    assert {key: figure for key, figure in report.table.items() if figure != ANNEX[key]} == {}
    assert len(report.table) == len(ANNEX) == len(blank(Form.y2014)) == 58


def test_the_only_check_that_2018_fails_is_the_one_whose_digits_were_lost(session: Session, root: Agency) -> None:
    report = annual.report(session, root, 2018, scope=annual.Scope.tree, today=TODAY)
    failed = [check for check in report.checks if check.result is Verdict.failed]
    assert [(check.id, check.left, check.right) for check in failed] == [("C-WAYS", 15518, 105464)]


def test_six_requests_were_made_at_the_municipal_level_and_fourteen_in_the_counties(
    session: Session, root: Agency
) -> None:
    cases = session.exec(select(Case, Agency).join(Agency, col(Agency.id) == Case.agency_id)).all()
    of_2018 = [(case, agency) for case, agency in cases if case.received_on and case.received_on.year == 2018]
    counties = {"LITONG", "HONGSIBU", "QINGTONGXIA", "TONGXIN", "YANCHI"}
    assert Counter(agency.code in counties for _, agency in of_2018) == {True: 14, False: 6}
    topics = Counter(case.topic for case, _ in of_2018)
    assert topics == {"征地拆迁": 6, "棚户区改造": 2, "民生实事": 1, "不动产登记": 2, "其他": 9}


def test_the_text_of_the_report_is_contradicted_in_one_channel_only(session: Session, root: Agency) -> None:
    table = annual.report(session, root, 2018, scope=annual.Scope.tree, today=TODAY).table
    assert [table[line] for line in ("3.1.1", "3.1.2", "3.1.3", "3.1.4")] == [2, 1, 4, 13]  # the text says 5 by web


def test_the_current_year_gives_the_reminders_something_to_say(session: Session, root: Agency) -> None:
    with session.begin_nested() as savepoint:
        assert reminders.raise_due(session, today=TODAY, now=NOW)
        savepoint.rollback()


def test_stored_projections_equal_recomputed_ones(session: Session, root: Agency) -> None:
    assert list(upkeep.recheck(session)) == []


def test_what_one_year_carries_out_the_next_carries_in(session: Session, root: Agency) -> None:
    for year in range(2018, TODAY.year):
        this, following = (
            annual.report(session, root, each, form=Form.y2021, scope=annual.Scope.tree, today=TODAY).table
            for each in (year, year + 1)
        )
        assert this["table3/carried_out/total"] == following["table3/carried_in/total"]


def test_loading_it_again_changes_nothing(session: Session, root: Agency) -> None:
    assert demo.load(session, today=TODAY, now=NOW) is False
    assert session.exec(select(Case).where(Case.state == State.received)).all()


def test_whoever_is_told_a_login_gets_in_with_that_role(session: Session, root: Agency) -> None:
    told = {login: people.sign_in(session, login, demo.PASSWORD).role for login in demo.LOGINS}
    assert told == demo.LOGINS
