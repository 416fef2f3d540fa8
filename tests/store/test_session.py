"""The way to the database gives nothing away, and notices a server that fell silent."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from requestflow.store.models import Agency
from requestflow.store.session import hurried, make_engine, reading, transaction
from tests.make import an_agency


def test_an_error_does_not_quote_what_the_statement_holds(session: Session) -> None:
    an_agency(session, "CITY")
    session.add(Agency(code="CITY", name="绝密局"))
    with pytest.raises(IntegrityError) as raised:
        session.flush()
    assert "绝密局" not in str(raised.value)


def test_a_silent_server_is_given_up_after_seconds_unless_the_address_says_otherwise() -> None:
    def asked(engine: Engine) -> object:
        return engine.url.query["connect_timeout"]

    assert asked(make_engine("postgresql://db/requestflow")) == "5"
    assert asked(make_engine("postgresql://db/requestflow?connect_timeout=20")) == "20"


def test_a_hurried_writer_gives_way_to_another_and_a_patient_one_does_not(empty_database_url: str) -> None:
    with transaction() as other:
        an_agency(other, "CITY")
        with pytest.raises(OperationalError), hurried() as session:
            an_agency(session, "CITY")
    with hurried() as session:
        an_agency(session, "COUNTY")
    with transaction() as session:
        an_agency(session, "HEALTH")
    with reading() as session:
        assert sorted(session.exec(select(Agency.code))) == ["CITY", "COUNTY", "HEALTH"]
