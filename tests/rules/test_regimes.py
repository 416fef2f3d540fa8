"""Which text a request falls under, and the terms that each text sets."""

from datetime import date

import pytest

from requestflow.rules.articles import cite
from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import Regime, has_term, regime_of, term
from requestflow.rules.words import Text


@pytest.mark.parametrize(
    ("received_on", "regime"),
    [
        (date(2008, 5, 1), Regime.y2007),
        (date(2019, 5, 14), Regime.y2007),
        (date(2019, 5, 15), Regime.y2019),
        (date(2026, 1, 1), Regime.y2019),
    ],
)
def test_the_day_of_receipt_picks_the_regime(received_on: date, regime: Regime) -> None:
    assert regime_of(received_on) is regime


def test_nothing_was_received_before_the_regulation_came_into_force() -> None:
    with pytest.raises(RuleBroken, match="30 April 2008") as refused:
        regime_of(date(2008, 4, 30))
    assert refused.value.field == "received_on"
    assert "2008年5月1日" in refused.value.said.zh


@pytest.mark.parametrize(
    ("name", "workdays_2007", "workdays_2019"),
    [
        ("answer", 15, 20),
        ("extension", 15, 20),
        ("correction_notice", None, 7),
        ("third_party_opinion", None, 15),
        ("agency_opinion", None, 15),
        ("pay_fee", None, 20),
        ("confirm", 1, 1),
    ],
)
def test_each_term_has_its_length_and_its_article(
    name: str, workdays_2007: int | None, workdays_2019: int | None
) -> None:
    for regime, workdays in ((Regime.y2007, workdays_2007), (Regime.y2019, workdays_2019)):
        assert has_term(name, regime) == (workdays is not None)
        if workdays is not None:
            assert term(name, regime).workdays == workdays
            assert term(name, regime).article


def test_a_term_that_the_regime_does_not_know_is_refused_by_its_name() -> None:
    with pytest.raises(RuleBroken, match="sets no such term: time to pay the fee") as refused:
        term("pay_fee", Regime.y2007)
    assert "缴费期限" in refused.value.said.zh


def test_an_unknown_term_is_refused() -> None:
    with pytest.raises(RuleBroken, match="no such term: holiday"):
        term("holiday", Regime.y2019)


@pytest.mark.parametrize(
    ("article", "english"),
    [
        ("条例（2019）第31条第3项", "Regulation (2019) Art. 31(3)"),
        ("条例（2019）第16条第1款", "Regulation (2019) Art. 16 para. 1"),
        ("条例（2007）第14条、第23条", "Regulation (2007) Art. 14; Art. 23"),
        ("条例（2019）第42条；国办函〔2020〕109号第6条", "Regulation (2019) Art. 42; 国办函〔2020〕109号 Art. 6"),
        ("民法典第203条", "Civil Code Art. 203"),
        ("国办公开办函〔2015〕207号", "国办公开办函〔2015〕207号"),
        ("", ""),
    ],
)
def test_an_article_is_cited_in_both_languages(article: str, english: str) -> None:
    assert cite(article) == Text(article, english)


def test_a_regime_is_stored_as_its_year_and_read_by_its_name() -> None:
    assert Regime("2019") is Regime.y2019
    assert Regime.y2007 == "2007"
    assert Regime.y2019.label.en == "Regulation as revised in 2019 (State Council Order No. 711)"
