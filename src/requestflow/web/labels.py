"""What each typed field is called, in both languages: the label beside it and the name of it in an error summary.

The keys are those of the input classes; the Chinese is the title of the same column in a ledger.
"""

from collections.abc import Mapping

from requestflow.rules.words import Text

LABELS: Mapping[str, Text] = {
    "": Text("本页", "This page"),
    "login": Text("登录名", "Login name"),
    "password": Text("密码", "Password"),
    "agency": Text("机关", "Agency"),
    "number": Text("受理编号", "Case number"),
    "code": Text("查询码", "Access code"),
    "channel": Text("收到方式", "How it came in"),
    "mail_kind": Text("邮寄种类", "Kind of mail"),
    "submitted_on": Text("提交日期", "Handed in on"),
    "signed_on": Text("签收日期", "Signed for on"),
    "confirmed_on": Text("确认日期", "Confirmed on"),
    "applicant_kind": Text("申请人类型", "Who is asking"),
    "applicant_name": Text("姓名或者名称", "Name"),
    "id_type": Text("证件类型", "Kind of document"),
    "id_number": Text("证件号码", "Document number"),
    "phone": Text("联系电话", "Telephone"),
    "email": Text("电子邮箱", "E-mail"),
    "address": Text("通信地址", "Postal address"),
    "postcode": Text("邮政编码", "Postcode"),
    "description": Text("所需政府信息", "The information you want"),
    "topic": Text("信息类别", "Topic"),
    "wanted_delivery": Text("获取信息的方式", "How you want to receive it"),
    "note": Text("备注", "Note"),
}
