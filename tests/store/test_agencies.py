"""An agency is found by its place in the tree."""

from sqlmodel import Session

from requestflow.store.queries.agencies import below
from tests.make import an_agency


def test_an_agency_knows_all_that_are_below_it(session: Session) -> None:
    city = an_agency(session)
    county = an_agency(session, parent=city)
    township, elsewhere = an_agency(session, parent=county), an_agency(session)
    assert below(session, city.path) == [city, county, township]
    assert below(session, elsewhere.path) == [elsewhere]
    assert township.steps == [city.id, county.id, township.id]


def test_the_tenth_agency_stands_behind_the_second(session: Session) -> None:
    city = an_agency(session)
    offices = [an_agency(session, parent=city) for _ in range(12)]
    assert below(session, city.path) == [city, *offices]
