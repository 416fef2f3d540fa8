"""Ledgers made up for the tests and benchmarks: years of requests through every channel, with every outcome.

Rows are dicts by English column key, as a register would hold them; the same seed gives the same ledger.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from requestflow.paper.sheet import Sheet
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.workdays import national
from requestflow.services.ledger import KEYS

FIRST, LAST = date(2016, 1, 1), date(2025, 12, 31)
UNTIL = date(2026, 1, 31)  # what happens later is not in the ledger yet
REVISED = date(2019, 5, 15)
FEES = date(2021, 1, 1)
_TOPICS = ("征地拆迁", "棚户区改造", "民生实事", "不动产登记", "其他")
_LAPSED = ("O41", "O42", "O43")

Row = dict[str, str]

PLAIN = {
    "agency": "WZ",
    "channel": "face_to_face",
    "applicant_kind": "natural_person",
    "applicant_name": "李秀英",
    "description": "滨河路东段房屋征收补偿方案",
    "submitted_on": "2024-03-01",
}
ANSWERED = {"outcome": "O02", "decided_on": "2024-03-20", "sent_on": "2024-03-21", "delivery": "post"}


def a_ledger(count: int, *, agencies: Sequence[str] = ("WZ",), seed: int = 1) -> Iterator[Row]:
    """So many rows that break no rule, spread over the agencies and over ten years."""
    chance = Random(seed)
    nth: dict[tuple[str, str], int] = {}
    for _ in range(count):
        agency = chance.choice(agencies)
        row = _Story(chance).row
        year = min(row[name] for name in ("submitted_on", "signed_on", "confirmed_on") if row[name])[:4]
        registered_by = agency.partition("；")[0], year
        nth[registered_by] = nth.get(registered_by, 0) + 1
        row |= {"agency": agency, "number": f"{year}-{nth[registered_by]:05d}"}
        yield row


def write(file: Path, rows: Iterator[Row] | Sequence[Mapping[str, str]]) -> Path:
    """The rows as a CSV file."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, KEYS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def a_sheet(*rows: dict[str, Any], header: list[str] | None = None) -> Sheet:
    """The rows as a sheet that was read from a file; the header is what the rows have unless it is given."""
    header = header or list(dict.fromkeys(title for row in rows for title in row))
    cells = ((number, tuple(row.get(title, "") for title in header)) for number, row in enumerate(rows, start=2))
    return Sheet(tuple(header), cells, None)


class _Story:
    """One request, told from its arrival on; what would come after UNTIL has not happened."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.calendar = chance, national()
        self.row: Row = dict.fromkeys(KEYS, "")
        self.received = FIRST + timedelta(chance.randrange((LAST - FIRST).days + 1))
        self.is_new_law = self.received >= REVISED
        self.term = 20 if self.is_new_law else 15
        self.start = self.received
        self.extra = 0
        self.ended = False
        self._asked()
        self._arrived()
        self._worked_on()
        if not self.ended:
            self._answered()

    def put(self, name: str, day: date) -> bool:
        """Writes a day down if it has come; else nothing more happens to the request."""
        if day > UNTIL:
            self.ended = True
            return False
        self.row[name] = day.isoformat()
        return True

    def _asked(self) -> None:
        nth = self.chance.randrange(10**6)
        self.row |= {
            "applicant_kind": self.chance.choices(list(ApplicantKind), [70, 12, 3, 3, 7, 5])[0],
            "applicant_name": f"申请人{nth}",
            "phone": f"138{nth:08d}",
            "address": f"滨河路{nth % 900 + 1}号",
            "description": f"第{nth}号地块征收补偿方案及其批准文件，要求纸质复印件。",
            "topic": self.chance.choice(_TOPICS),
        }

    def _arrived(self) -> None:
        channel = self.chance.choices(["face_to_face", "fax", "web", "mail"], [20, 5, 50, 25])[0]
        kind = self.chance.choice(["signed", "ordinary"]) if channel == "mail" else ""
        self.row |= {"channel": channel, "mail_kind": kind}
        before = self.received - timedelta(self.chance.choice([0, 0, 1, 3]))
        if self.is_new_law:
            before = max(before, REVISED)
        own_day = "signed_on" if kind == "signed" else "confirmed_on"
        if channel == "face_to_face" or (channel == "web" and not self.is_new_law):
            own_day, before = "submitted_on", self.received
        self.row |= {"submitted_on": before.isoformat(), own_day: self.received.isoformat()}

    def _worked_on(self) -> None:
        turn = self.chance.random()
        if turn < 0.08 and self.is_new_law:
            self._corrected()
        elif turn < 0.14 and self.received >= FEES:
            self._paid()
        elif turn < 0.24:
            self._consulted()
        elif turn < 0.28:
            self._withdrawn()
        if not self.ended and self.chance.random() < 0.1:
            self._extended()

    def _corrected(self) -> None:
        asked = self.calendar.add(self.received, self.chance.randint(1, 7))
        until = asked + timedelta(15)
        if not self.put("correction_asked_on", asked):
            return
        self.row["correction_until"] = until.isoformat()
        if self.chance.random() < 0.25:
            self._lapsed("O41", until + timedelta(self.chance.randint(1, 10)))
        elif self.put("corrected_on", asked + timedelta(self.chance.randint(1, 15))):
            self.start = date.fromisoformat(self.row["corrected_on"])

    def _paid(self) -> None:
        noticed = self.calendar.add(self.received, self.chance.randint(1, 15))
        if not self.put("fee_noticed_on", noticed):
            return
        self.row["fee_yuan"] = str(self.chance.choice([100, 230, 1200]))
        if self.chance.random() < 0.25:
            self._lapsed("O42", self.calendar.add(noticed, 21))
        elif self.put("fee_paid_on", self.calendar.add(noticed, self.chance.randint(1, 20))):
            self.start = date.fromisoformat(self.row["fee_paid_on"])

    def _consulted(self) -> None:
        sent = self.calendar.add(self.received, self.chance.randint(1, 5))
        received = sent + timedelta(2)
        if self.put("consult_sent_on", sent) and self.put("consult_received_on", received):
            self.put("consult_answered_on", self.calendar.add(received, self.chance.randint(1, 12)))
            self.start = received

    def _withdrawn(self) -> None:
        self._lapsed("O43", self.received + timedelta(self.chance.randint(1, 12)))

    def _lapsed(self, outcome: str, on: date) -> None:
        if self.put("decided_on", on):
            self.row["outcome"] = outcome
        self.ended = True

    def _extended(self) -> None:
        if self.put("extended_on", self.calendar.add(self.start, self.term - 5)):
            self.extra = self.chance.choice([10, 15])
            self.row |= {"extension_workdays": str(self.extra), "extension_approved_by": "王主任"}

    def _answered(self) -> None:
        law = [code for code in OUTCOMES if code not in _LAPSED]
        used = self.chance.randint(self.term - 4, self.term + self.extra + 3) if self.extra else self._used()
        sent = self.calendar.add(self.start, used)
        if sent > UNTIL:
            return
        outcome = self.chance.choice(law)
        self.row |= {
            "outcome": outcome,
            "reason": "见告知书。" if OUTCOMES[outcome].needs_reason else "",
            "decided_on": max(self.calendar.add(self.start, max(used - 1, 0)), self.received).isoformat(),
            "sent_on": sent.isoformat(),
            "delivery": self.chance.choice(["direct", "post", "electronic"]),
        }
        if self.chance.random() < 0.06:
            self._disputed(sent)

    def _used(self) -> int:
        return self.chance.choices([self.chance.randint(1, self.term), self.term + self.chance.randint(1, 9)], [93, 7])[
            0
        ]

    def _disputed(self, sent: date) -> None:
        filed, results = sent + timedelta(self.chance.randint(5, 50)), ["upheld", "corrected", "other"]
        if self.chance.random() < 0.2:
            self.put("complaint_on", filed)
        if not self.put("review_filed_on", filed):
            return
        closed = filed + timedelta(55)
        if self.put("review_closed_on", closed):
            self.row["review_result"] = self.chance.choice(results)
            if self.chance.random() < 0.3 and self.put("suit_filed_on", closed + timedelta(14)):
                self.row["suit_route"] = "after_review"
                if self.put("suit_closed_on", closed + timedelta(120)):
                    self.row["suit_result"] = self.chance.choice(results)
