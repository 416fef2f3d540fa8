"""The command `due` reckons and explains a due date as the worked cases do, without a database."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from requestflow.cli import main


def ask(*words: str) -> Any:
    return CliRunner().invoke(main, ["due", *words])


def answer(*words: str) -> dict[str, Any]:
    result = ask(*words, "--json")
    assert result.exit_code == 0, result.stderr
    said: dict[str, Any] = json.loads(result.stdout)
    return said


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        pytest.param(["2018-02-07"], "2018-03-05", id="A1"),
        pytest.param(["2018-12-12"], "2019-01-03", id="A2"),
        pytest.param(["2018-04-10"], "2018-05-02", id="A3"),
        pytest.param(["2018-09-20"], "2018-10-17", id="A4"),
        pytest.param(["2019-05-14"], "2019-06-04", id="A5"),
        pytest.param(["2019-05-15"], "2019-06-13", id="A6"),
        pytest.param(["2021-09-10"], "2021-10-14", id="A9"),
        pytest.param(["2026-02-05"], "2026-03-11", id="A12"),
        pytest.param(["2026-06-13"], "2026-07-13", id="A15"),
        pytest.param(["2026-02-05", "--corrected", "2026-03-10"], "2026-04-08", id="B2"),
        pytest.param(["2026-03-02"], "2026-03-30", id="C1 before the extension"),
        pytest.param(["2026-03-02", "--extend", "20"], "2026-04-28", id="C1"),
        pytest.param(["2026-03-02", "--consult", "2026-03-09:2026-03-11:2026-03-30"], "2026-04-21", id="D1"),
        pytest.param(["2026-03-02", "--paid", "2026-04-03"], "2026-05-07", id="E1"),
        pytest.param(["2019-05-20"], "2019-06-18", id="F1 national"),
        pytest.param(["2019-05-20", "--region", "宁夏"], "2019-06-20", id="F1 Ningxia"),
        pytest.param(["2026-03-02", "--consult", "2026-03-09:2026-03-11:"], "2026-04-23", id="silent third party"),
        pytest.param(["2019-05-20", "--regime", "2007"], "2019-06-11", id="the regime that an officer chose"),
        pytest.param(["2026年3月2日"], "2026-03-30", id="a day as offices write it"),
    ],
)
def test_the_worked_cases_come_out(words: list[str], due_on: str) -> None:
    said = answer(*words)
    assert said["due_on"] == due_on
    assert said["provisional"] is False


def test_the_json_explains_every_step_and_every_day_skipped() -> None:
    said = answer("2026-03-02", "--consult", "2026-03-09:2026-03-11:2026-03-30")
    assert set(said) == {"due_on", "provisional", "regime", "steps", "skipped"}
    assert said["regime"] == "2019"
    assert [step["on"] for step in said["steps"]] == ["2026-03-02", "2026-03-09", "2026-03-30", "2026-04-21"]
    assert all(set(step) == {"on", "what", "article", "workdays"} for step in said["steps"])
    assert said["steps"][1]["article"] == "条例（2019）第33条第3款"
    skipped = {off["day"]: off["why"] for off in said["skipped"]}
    assert skipped["2026-03-07"] == "weekend (Saturday)"
    assert skipped["2026-04-06"] == "Tomb-Sweeping Day"
    assert skipped["2026-03-30"].startswith("Waiting for the opinion")
    assert "2026-03-31" not in skipped


def test_a_term_into_a_year_without_a_notice_is_provisional() -> None:
    said = answer("2026-12-10")
    assert (said["due_on"], said["provisional"]) == ("2027-01-08", True)
    assert "Due on 2027-01-08 (provisional)" in ask("2026-12-10").stdout


def test_while_a_third_party_without_a_term_is_asked_no_due_date_is_known() -> None:
    said = answer("2026-03-02", "--consult", "2026-03-09::")
    assert (said["due_on"], said["skipped"]) == (None, [])
    assert "the due date is not yet known" in ask("2026-03-02", "--consult", "2026-03-09::").stdout


def test_two_consultations_that_overlap_are_taken_out_once() -> None:
    one = ["--consult", "2026-03-09:2026-03-11:2026-03-30"]
    other = ["--consult", "2026-03-10:2026-03-11:2026-03-20"]
    assert answer("2026-03-02", *one, *other)["due_on"] == answer("2026-03-02", *one)["due_on"]


def test_the_explanation_for_people_cites_the_law_in_their_language() -> None:
    english = ask("2026-03-02").stdout
    assert english.startswith("Due on 2026-03-30\n  2026-03-02  The request was received")
    assert "[Regulation (2019) Art. 31; Art. 33 para. 2]" in english
    chinese = ask("2026-03-02", "--lang", "zh").stdout
    assert chinese.startswith("答复期限届满日：2026-03-30\n  2026-03-02  收到申请")
    assert "  2026-03-07  周末（星期六）" in chinese


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["2008-04-30"], "The day of receipt (30 April 2008) is before the Regulation came into force on 1 May 2008."),
        (["2026-03-02", "--extend", "21"], "An extension is of 1 to 20 working days."),
        (["2018-03-02", "--extend", "16"], "An extension is of 1 to 15 working days."),
        (["2026-03-02", "--extend", "0"], "An extension is of 1 to 20 working days."),
        (["2026-03-02", "--corrected", "2026-03-01"], "1 March 2026 is before the day of receipt, 2 March 2026."),
        (["2026-03-02", "--paid", "2026-03-01"], "1 March 2026 is before the day of receipt, 2 March 2026."),
        (["2026-03-02", "--consult", "2026-03-01::"], "1 March 2026 is before the day of receipt, 2 March 2026."),
        (
            ["2018-03-02", "--corrected", "2018-03-09"],
            "Under the Regulation of 2007 a corrected request is a new one: reckon from the day that one came in.",
        ),
        (["2020-03-02", "--paid", "2020-03-09"], "Fees may be charged from 1 January 2021, not on 9 March 2020."),
        (["2003-12-31", "--regime", "2007"], "The calendar starts on 1 January 2004."),
    ],
)
def test_what_the_law_does_not_allow_is_refused_in_one_sentence(words: list[str], sentence: str) -> None:
    result = ask(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Missing argument 'RECEIVED_ON'."),
        (["2026-02-30"], "Invalid value for 'RECEIVED_ON': “2026-02-30” is not a day."),
        ([""], "Invalid value for 'RECEIVED_ON': “” is not a day."),
        (
            ["2026-03-02", "--consult", "2026-03-09"],
            "Invalid value for '--consult': “2026-03-09” is not SENT:RECEIVED:ANSWERED; the last two may be empty.",
        ),
        (
            ["2026-03-02", "--consult", "2026-03-09:2026-03-08:"],
            "Invalid value for '--consult': “2026-03-09:2026-03-08:” was received or answered before it was sent.",
        ),
    ],
)
def test_a_wrong_call_is_one_sentence_and_status_two(words: list[str], sentence: str) -> None:
    result = ask(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")


def test_a_command_without_words_shows_how_it_is_called() -> None:
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 2
    assert "due" in result.output
