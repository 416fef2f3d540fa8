"""What the timetable and the desk keep.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEFORE = [
    *("arrive", "register", "confirm", "assign", "transfer", "correct", "pay_fee", "consult_third_party"),
    *("consult_agency", "record_receipt", "record_opinion", "ask_extension", "refuse_extension", "consent_extension"),
    *("extend", "ask_correction", "notice_fee", "decide", "send", "withdraw", "lapse", "close", "file_review"),
    *("close_review", "file_suit", "close_suit", "file_complaint", "close_complaint", "set_regime", "recalendar"),
    *("strike", "note"),
]

# What the daily pass looks for: table, name, columns, and which rows, on SQLite and on PostgreSQL.
_SOUGHT = [
    ("case", "ix_case_open_received_on", ["received_on", "agency_id"], "next_on IS NOT NULL", "next_on IS NOT NULL"),
    (
        *("case", "ix_case_provisional", ["due_on", "agency_id"]),
        *("next_on IS NOT NULL AND is_provisional = 1", "next_on IS NOT NULL AND is_provisional"),
    ),
    ("remedy", "ix_remedy_pending", ["kind", "filed_on"], "result IS NULL", "result IS NULL"),
]

_TO_BE_DONE = ("extension_consented_on", "letter_sent_on")

_PAIRS = """
CREATE FUNCTION pairs_of(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT substr(said, nth, 2)) FROM generate_series(1, length(said) - 1) AS nth
$$
"""
_IN_NAMES = 'CREATE INDEX ix_case_name_pairs ON "case" USING gin (pairs_of(applicant_name))'


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _allow(*actions: str) -> None:
    """The actions that an event may have."""
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_event_action"), type_="check")
        batch_op.create_check_constraint(op.f("ck_event_action"), sa.column("action").in_(actions))


def upgrade() -> None:
    _allow(*_BEFORE, "amend")
    op.create_table(
        "run",
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("did", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_run")),
    )
    op.create_table(
        "monthcount",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("facet", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_monthcount_agency_id_agency")),
        sa.PrimaryKeyConstraint("agency_id", "month", "facet", "value", name=op.f("pk_monthcount")),
    )
    op.create_table(
        "keptreport",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_keptreport_agency_id_agency")),
        sa.PrimaryKeyConstraint("agency_id", "year", "form", "scope", name=op.f("pk_keptreport")),
    )
    op.create_table(
        "savedfilter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_savedfilter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_savedfilter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_savedfilter_person_id_name")),
    )
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("address", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("website", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("silenced", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("html", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("claimed_by", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("trouble", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("set_aside_by_id", sa.Integer(), nullable=True))
        batch_op.drop_index("ix_mail_waiting")
        batch_op.create_index(
            "ix_mail_waiting",
            ["next_try_at", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )
        batch_op.create_index(
            "ix_mail_given_up",
            ["set_aside_at", "given_up_at"],
            unique=False,
            sqlite_where=sa.text("given_up_at IS NOT NULL"),
            postgresql_where=sa.text("given_up_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_mail_sent_at",
            ["sent_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NOT NULL"),
        )
        batch_op.create_foreign_key(batch_op.f("fk_mail_person_id_person"), "person", ["person_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_mail_set_aside_by_id_person"), "person", ["set_aside_by_id"], ["id"])

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("silenced", sa.JSON(), server_default="[]", nullable=False))

    for name in _TO_BE_DONE:
        op.add_column("case", sa.Column(name, sa.Date(), nullable=True))
    op.create_index("ix_reminder_raised_on", "reminder", ["raised_on", "stage"], unique=False)
    for table, name, columns, sqlite, postgresql in _SOUGHT:
        op.create_index(name, table, columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql))
    if _is_postgresql():
        op.execute(_PAIRS)
        op.execute(_IN_NAMES)


def downgrade() -> None:
    if _is_postgresql():
        op.execute("DROP INDEX ix_case_name_pairs")
        op.execute("DROP FUNCTION pairs_of(text)")
    for table, name, _columns, sqlite, postgresql in _SOUGHT:
        op.drop_index(name, table, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql))
    op.drop_index("ix_reminder_raised_on", table_name="reminder")
    for name in _TO_BE_DONE:
        op.drop_column("case", name)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("silenced")

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_mail_person_id_person"), type_="foreignkey")
        batch_op.drop_index(
            "ix_mail_sent_at",
            sqlite_where=sa.text("sent_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_mail_given_up",
            sqlite_where=sa.text("given_up_at IS NOT NULL"),
            postgresql_where=sa.text("given_up_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_mail_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )
        batch_op.create_index("ix_mail_waiting", ["sent_at", "next_try_at"], unique=False)
        batch_op.drop_constraint(batch_op.f("fk_mail_set_aside_by_id_person"), type_="foreignkey")
        batch_op.drop_column("set_aside_by_id")
        batch_op.drop_column("set_aside_at")
        batch_op.drop_column("trouble")
        batch_op.drop_column("claimed_by")
        batch_op.drop_column("given_up_at")
        batch_op.drop_column("person_id")
        batch_op.drop_column("html")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("revision")
        batch_op.drop_column("silenced")
        batch_op.drop_column("website")
        batch_op.drop_column("address")
        batch_op.drop_column("phone")

    op.drop_table("savedfilter")
    op.drop_table("keptreport")
    op.drop_table("monthcount")
    op.drop_table("run")
    _allow(*_BEFORE)
