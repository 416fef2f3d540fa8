"""The six kinds of applicant that the yearly table counts (the columns of table 3)."""

from requestflow.rules.words import Word


class ApplicantKind(Word):
    """A citizen, or one of five kinds of legal person and other organisation."""

    natural_person = "natural_person", "自然人", "Natural person"
    business = "business", "商业企业", "Business"
    research = "research", "科研机构", "Research institution"
    public_interest = "public_interest", "社会公益组织", "Public-interest organisation"
    legal_service = "legal_service", "法律服务机构", "Legal-service organisation"
    other_organisation = "other_organisation", "其他", "Other organisation"
