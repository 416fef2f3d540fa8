"""What makes a wish for information findable: its name, its number, or other features to search by (2019 Art. 29)."""

import re
from typing import NamedTuple

from requestflow.rules.words import Text


class Feature(NamedTuple):
    """One thing by which an office finds what was asked for: its name, and what it looks like in a sentence."""

    name: str
    what: Text
    pattern: str

    def is_in(self, description: str) -> bool:
        """Whether the description seems to have it."""
        return bool(re.search(self.pattern, description, re.IGNORECASE))


FEATURES = (
    Feature(
        "document",
        Text("文件的名称或者文号，例如《…征收决定》", "The name or number of a document, such as a decision or a plan"),
        "《[^》]+》|〔[0-9]{4}〕|方案|批复|决定|通知|公告|通告|协议|合同|许可|标准|清单|台账|规划|纪要|报告|预算|决算"
        "|档案|名单|凭证|意见|评估|decision|plan|approval|permit|notice|contract|agreement|report|minutes|budget|list"
        "|standard|record|licen[cs]e",
    ),
    Feature(
        "time",
        Text("年份或者起止时间", "A year, or from when to when"),
        "(19|20)[0-9]{2}|[〇零一二三四五六七八九]{4}年|今年|去年|前年|近[0-9一二三四五六七八九十]+年"
        "|last year|this year",
    ),
    Feature(
        "place",
        Text("地点、项目或者单位的名称", "A place, a project or an organisation by its name"),
        "路|街|巷|村|镇|乡|小区|社区|地块|项目|工程|学校|医院|公司|号楼|street|road|village|town|district|project"
        "|school|hospital|company",
    ),
)
"""Any one of them helps; none is asked for by itself."""

COMPLAINT = (
    "为什么|为何|怎么办|怎么回事|投诉|举报|信访|上访|咨询|请问|要求处理|追究|why |complain|petition|what should i"
)
"""What a question, a complaint or a petition sounds like, which is no request for information (2019 Art. 39)."""


def found_in(description: str) -> dict[str, bool]:
    """Which of `FEATURES` the description has, by name."""
    return {feature.name: feature.is_in(description) for feature in FEATURES}


def is_complaint(description: str) -> bool:
    """Whether it reads like a question or a complaint; to be hinted at, never to be refused."""
    return bool(re.search(COMPLAINT, description, re.IGNORECASE))
