"""One agency by its id, which many questions on one page turn to."""

from sqlmodel import Session

from requestflow.store.models import Agency


def agency_at(session: Session, agency_id: int) -> Agency:
    """The agency of that id; read once in a session, which otherwise forgets whatever nobody holds."""
    held: dict[int, Agency] = session.info.setdefault("agencies", {})
    if agency_id not in held:
        held[agency_id] = session.get_one(Agency, agency_id)
    return held[agency_id]
