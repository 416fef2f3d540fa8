"""What a page showed when somebody acted on it, so that nobody overwrites unseen what another has just changed."""

import json
from hashlib import sha256
from typing import Any

from requestflow.rules.errors import RuleBroken


class Changed(RuleBroken):
    """What the page showed is not so any more; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "您打开本页后，他人已作修改，您填写的内容没有保存。请与现在的情况核对，然后再次保存。",
            "Somebody else has changed this since you opened the page, and nothing of yours was saved. Compare it with "
            "what is there now, then save again.",
        )


def mark(*shown: Any) -> str:
    """A short sign of what is shown: another sign tells that something else is shown."""
    return sha256(json.dumps(shown, default=str).encode()).hexdigest()[:24]


def refuse_changed(seen: str, *now: Any) -> None:
    """Refuses to go on where what is there `now` is not what the page with the sign `seen` showed."""
    if seen != mark(*now):
        raise Changed
