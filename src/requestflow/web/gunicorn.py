"""The lines of gunicorn itself in the form of all others: gunicorn --logger-class=requestflow.web.gunicorn.Lines."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from requestflow import logs
from requestflow.settings import settings


class Lines(Logger):
    """Gunicorn's log, written like the log of the pages; their own lines tell of each request."""

    def setup(self, cfg: Any) -> None:
        """Takes the form that the settings ask for, again after each reload."""
        super().setup(cfg)
        chosen = settings()
        logs.set_up(as_json=chosen.logs_json, level=chosen.logs_from)
        for own in (self.error_log, self.access_log):
            own.handlers.clear()
            own.propagate = True
        self.access_log.setLevel(logging.CRITICAL)  # it names addresses, with the numbers of cases in them
