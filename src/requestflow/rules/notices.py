"""Everything that the timetable tells an officer: when, whom, and whether it may be turned off (tables/notices.csv)."""

from requestflow.rules.lifecycle import TAKERS, Action
from requestflow.rules.roles import Role
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word


class Audience(Word):
    """Who is told. An office without anybody to tell is spoken for by the nearest one above it that has somebody."""

    handler = "handler", "承办人；尚未分派的，登记员和负责人", "The handler; while there is none, clerks and heads"
    handler_and_heads = (
        "handler_and_heads",
        "承办人和负责人；尚未分派的，登记员和负责人",
        "The handler and the heads; while there is no handler, clerks and heads",
    )
    officers = "officers", "登记员、承办人和负责人", "Clerks, handlers and heads"
    reporters = "reporters", "统计员、负责人和管理员", "Statistics officers, heads and administrators"
    keepers = "keepers", "管理员，以及最上级机关的负责人", "Administrators, and the heads of the agency at the top"

    @property
    def roles(self) -> tuple[Role, ...]:
        """Whose office it is to hear of it where no single officer is meant."""
        return _ROLES[self]


_ROLES = {
    Audience.handler: (Role.clerk, Role.head),
    Audience.handler_and_heads: (Role.clerk, Role.head),
    Audience.officers: (Role.clerk, Role.handler, Role.head),
    Audience.reporters: (Role.statistics, Role.head, Role.admin),
    Audience.keepers: (Role.admin, Role.head),
}
_TABLE = {row["notice"]: row for row in rows("notices")}


class Notice(Word):
    """One thing that an officer can be told of; its name is what `Reminder.stage` and `silenced` hold.

    `when` and `whom` say in words when it is raised and who hears it; `is_statutory` that nobody can turn it off;
    `article` names the law behind the term (empty where there is none).
    """

    when: Text
    told: Audience
    is_statutory: bool
    article: str

    def __new__(cls, value: str) -> "Notice":
        """The member whose texts stand in the row of its name."""
        row = _TABLE[value]
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Text(row["zh"], row["en"])
        member.when = Text(row["when_zh"], row["when_en"])
        member.told = Audience(row["told"])
        member.is_statutory = row["statutory"] == "yes"
        member.article = row["article"]
        return member

    unconfirmed = "unconfirmed"
    correction_notice = "correction_notice"
    correction_unanswered = "correction_unanswered"
    third_party_silent = "third_party_silent"
    fee_unpaid = "fee_unpaid"
    due_in_5 = "due_in_5"
    due_in_3 = "due_in_3"
    due_in_1 = "due_in_1"
    overdue = "overdue"
    provisional = "provisional"
    recalendar = "recalendar"
    review_reply = "review_reply"
    review_late = "review_late"
    suit_reply = "suit_reply"
    suit_late = "suit_late"
    digest = "digest"
    report_drafted = "report_drafted"
    report_due = "report_due"
    calendar_missing = "calendar_missing"

    @property
    def whom(self) -> Text:
        """Who hears it, in words."""
        return self.told.label

    def reaches(self, role: Role) -> bool:
        """Whether somebody of that role can come to hear of it."""
        may_handle = self.told in (Audience.handler, Audience.handler_and_heads) and role in TAKERS[Action.decide]
        return may_handle or role in self.told.roles
