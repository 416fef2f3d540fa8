"""The tree of agencies."""

import pytest
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.services import agencies
from tests.make import an_agency


def test_an_agency_read_in_again_is_brought_up_to_date_and_stays_in_its_place(session: Session) -> None:
    city = an_agency(session, "CITY")
    an_agency(session, "COUNTY", parent=city)
    renamed = agencies.set_up(session, agencies.NewAgency(code="COUNTY", name="新名", parent="CITY", region="宁夏"))
    assert (renamed.name, renamed.region) == ("新名", "宁夏")
    with pytest.raises(RuleBroken, match="cannot be moved"):
        agencies.set_up(session, agencies.NewAgency(code="COUNTY", name="新名"))


def test_a_parent_must_exist(session: Session) -> None:
    with pytest.raises(RuleBroken, match="NOWHERE"):
        agencies.set_up(session, agencies.NewAgency(code="X", name="X", parent="NOWHERE"))


def test_a_website_is_an_address_that_a_browser_opens(session: Session) -> None:
    for website in ("javascript:alert(1)", "city.example", "https://", "https://a b.example"):
        with pytest.raises(RuleBroken) as refused:
            agencies.set_up(session, agencies.NewAgency(code="X", name="X", website=website))
        assert refused.value.field == "website"
    agency = agencies.set_up(session, agencies.NewAgency(code="X", name="X", website="https://city.example/gk?a=1"))
    assert agency.website == "https://city.example/gk?a=1"


def test_an_agency_is_not_added_under_the_code_of_another(session: Session) -> None:
    city = an_agency(session, "CITY")
    with pytest.raises(RuleBroken) as refused:
        agencies.add(session, agencies.NewAgency(code="CITY", name="别的机关"))
    assert (refused.value.field, city.name) == ("code", "CITY机关")


def test_the_way_to_an_agency_leads_from_the_top(session: Session) -> None:
    city = an_agency(session)
    county = an_agency(session, parent=city)
    office = an_agency(session, parent=county)
    assert [each.id for each in agencies.way_to(session, office)] == [city.id, county.id, office.id]
