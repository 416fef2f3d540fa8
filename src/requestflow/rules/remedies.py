"""Review, suit and complaint: what may be filed against an answer, and how it can end."""

from requestflow.rules.words import Word


class RemedyKind(Word):
    """What hangs on a case after, or for want of, its answer."""

    review = "review", "行政复议", "Administrative review"
    suit = "suit", "行政诉讼", "Administrative suit"
    complaint = "complaint", "举报投诉", "Complaint"


class SuitRoute(Word):
    """Whether a suit was filed directly or after a review (table 4 counts them apart)."""

    direct = "direct", "未经复议直接起诉", "Directly"
    after_review = "after_review", "复议后起诉", "After review"


class RemedyResult(Word):
    """How a review or suit ended; none while it is pending."""

    upheld = "upheld", "结果维持", "Upheld"
    corrected = "corrected", "结果纠正", "Corrected"
    other = "other", "其他结果", "Other"
