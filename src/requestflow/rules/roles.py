"""Who works in an office, and who else may move a case."""

from requestflow.rules.words import Word


class Role(Word):
    """What a person may do in an agency and in the agencies below it."""

    clerk = "clerk", "登记员", "Clerk"
    handler = "handler", "承办人", "Handler"
    head = "head", "负责人", "Head"
    statistics = "statistics", "统计员", "Statistics officer"
    admin = "admin", "管理员", "Administrator"


class Hand(Word):
    """Whose hand moved a case when it was not an officer's."""

    applicant = "applicant", "申请人", "Applicant"
    ledger = "ledger", "台账导入", "Imported ledger"
    timer = "timer", "系统定时", "Timetable"
