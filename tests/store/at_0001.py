"""A database as revision 0001 left it, with rows in every table, written down here once and for all."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData

_AN_INSTANT = datetime(2026, 3, 2, 4, 5, 6, 789, UTC)
_MONDAY, _TUESDAY, _LATER = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 30)
ACTIONS = (
    *("arrive", "register", "confirm", "assign", "transfer", "correct", "pay_fee", "consult_third_party"),
    *("consult_agency", "record_receipt", "record_opinion", "ask_extension", "refuse_extension", "consent_extension"),
    *("extend", "ask_correction", "notice_fee", "decide", "send", "withdraw", "lapse", "close", "file_review"),
    *("close_review", "file_suit", "close_suit", "file_complaint", "close_complaint", "set_regime", "recalendar"),
    *("strike", "note"),
)


def _an_agency(number: int, code: str, parent: int | None, path: str) -> dict[str, Any]:
    about = {"level": "department", "region": "宁夏", "review_body": "吴忠市人民政府"}
    return {"id": number, "code": code, "name": f"{code}机关", "parent_id": parent, "path": path, **about}


def _a_case(number: int, **known: Any) -> dict[str, Any]:
    return {
        "id": number,
        "agency_id": 2,
        "registered_by_id": 1,
        "number": f"2026-{number:04}",
        "version": 3,
        "channel": "mail",
        "mail_kind": "signed",
        "submitted_on": None,
        "signed_on": _MONDAY,
        "confirmed_on": None,
        "entered_at": _AN_INSTANT,
        "applicant_kind": "natural_person",
        "applicant_name": "㐂䶮𠅤",
        "id_type": "身份证",
        "id_number": "640300199001011234",
        "phone": "0953-2010000",
        "email": "li@example.org",
        "address": "吴忠市",
        "postcode": "751100",
        "description": "滨河路东段\n“房屋”征收'补偿'方案",
        "topic": "征收",
        "note": "—",
        "wanted_delivery": "post",
        "access_code_hash": "0" * 64,
        "idempotency_key": f"key-{number}",
        "regime": "2019",
        "state": "open",
        "received_on": _MONDAY,
        "due_on": _LATER,
        "is_provisional": False,
        "waiting_until": None,
        "next_on": _LATER,
        "extension_asked_on": None,
        "extension_workdays": 0,
        "outcome": None,
        "reason": "",
        "decided_on": None,
        "sent_on": None,
        "closed_on": None,
        "timeliness": None,
        "delivery": None,
        "tracking_number": "",
        "handler_id": 1,
        "fee_yuan": 1_234_500,
        "fee_paid_on": _TUESDAY,
        **known,
    }


_ANSWERED = {
    "state": "sent",
    "next_on": None,
    "outcome": "PUB",
    "reason": "—",
    "decided_on": _TUESDAY,
    "sent_on": _TUESDAY,
    "closed_on": _TUESDAY,
    "timeliness": "on_time",
    "delivery": "post",
    "tracking_number": "EA123456789CN",
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "agency": [_an_agency(1, "CITY", None, "1."), _an_agency(2, "LAND", 1, "1.2.")],
    "person": [
        {
            "id": 1,
            "login": "zhang.san",
            "name": "张三",
            "role": "handler",
            "agency_id": 2,
            "language": "zh",
            "email": "zhang.san@example.org",
            "password_hash": "$argon2id$",
            "is_active": True,
        },
        {
            "id": 2,
            "login": "gone",
            "name": "李四",
            "role": "head",
            "agency_id": 1,
            "language": "en",
            "email": "",
            "password_hash": "",
            "is_active": False,
        },
    ],
    "case": [_a_case(1), _a_case(2, **_ANSWERED), _a_case(3, channel="fax", mail_kind=None, idempotency_key=None)],
    "event": [
        {
            "id": seq,
            "case_id": 1,
            "seq": seq,
            "action": action,
            "happened_on": _MONDAY,
            "recorded_at": _AN_INSTANT,
            "person_id": seq % 2 or None,
            "hand": None if seq % 2 else "ledger",
            "facts": {"text": "补正", "n": seq},
        }
        for seq, action in enumerate(ACTIONS, start=1)
    ],
    "remedy": [
        {
            "id": 1,
            "case_id": 2,
            "kind": "review",
            "nth": 1,
            "route": None,
            "filed_on": _MONDAY,
            "result": "corrected",
            "closed_on": _LATER,
        },
        {
            "id": 2,
            "case_id": 2,
            "kind": "suit",
            "nth": 1,
            "route": "direct",
            "filed_on": _MONDAY,
            "result": None,
            "closed_on": None,
        },
    ],
    "reminder": [{"id": 1, "case_id": 1, "stage": "due_in_5", "due_on": _LATER, "raised_on": _TUESDAY}],
    "mail": [
        {
            "id": 1,
            "key": "reminder:1",
            "recipient": "zhang.san@example.org",
            "subject": "将于3日内届满",
            "body": "…\n",
            "case_id": 1,
            "created_at": _AN_INSTANT,
            "next_try_at": _AN_INSTANT,
            "attempts": 2,
            "claimed_at": _AN_INSTANT,
            "sent_at": None,
            "last_error": "The mail server cannot be reached.",
        },
        {
            "id": 2,
            "key": "reminder:2",
            "recipient": "a@example.org",
            "subject": "…",
            "body": "",
            "case_id": None,
            "created_at": _AN_INSTANT,
            "next_try_at": _AN_INSTANT,
            "attempts": 1,
            "claimed_at": None,
            "sent_at": _AN_INSTANT,
            "last_error": "",
        },
    ],
    "draft": [{"key_hash": "f" * 64, "typed": {"description": "半份申请"}, "kept_at": _AN_INSTANT}],
    "indicator": [
        {"id": 1, "agency_id": 1, "year": 2018, "item": "1.1", "label": "", "column": "", "value": 1_054_640_000}
    ],
    "calendarday": [
        {
            "id": 1,
            "day": date(2027, 1, 1),
            "worked": False,
            "name": "元旦",
            "region": "",
            "source": "国办发明电〔2026〕9号",
            "loaded_at": _AN_INSTANT,
        }
    ],
    "counter": [{"agency_id": 1, "year": 2026, "last": 3}],
    "annualreport": [
        {
            "id": 1,
            "agency_id": 1,
            "year": 2018,
            "form": "2014",
            "scope": "tree",
            "version": 0,
            "body": {"lines": {"3.1": 20, "3.2": None}},
            "built_at": _AN_INSTANT,
        }
    ],
}


def fill(connection: Connection) -> None:
    """Writes every row into the empty tables."""
    tables = _tables(connection)
    assert set(tables) == {*ROWS, "alembic_version"}
    for name, rows in ROWS.items():
        connection.execute(tables[name].insert(), rows)


def kept(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """What the columns of 0001 hold now, table by table, in the order of their keys."""
    tables = _tables(connection)
    return {name: _rows(connection, tables[name], list(rows[0])) for name, rows in ROWS.items()}


def _rows(connection: Connection, table: Any, columns: list[str]) -> list[tuple[Any, ...]]:
    order = [table.c[key.name] for key in table.primary_key]
    return [
        tuple(row)
        for row in connection.execute(
            table.select().with_only_columns(*(table.c[name] for name in columns)).order_by(*order)
        )
    ]


def _tables(connection: Connection) -> dict[str, Any]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables}
