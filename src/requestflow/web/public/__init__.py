"""The citizen's rooms: before you start, asking one question at a time, the receipt, and following a request."""

from requestflow.web.public import asking, following, home
from requestflow.web.public.door import room

__all__ = ["asking", "following", "home", "room"]
