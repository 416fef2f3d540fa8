"""The door for a WSGI server: gunicorn wsgi:app."""

import sys

from requestflow import logs
from requestflow.settings import SettingsRefused, settings
from requestflow.web import create_app

GIVE_UP = 3  # the status at which gunicorn ends instead of starting the same worker again

try:
    chosen = settings()
    logs.set_up(as_json=chosen.logs_json, level=chosen.logs_from)
    app = create_app(chosen)
except SettingsRefused as refused:
    sys.stderr.write(f"{refused}\n")
    sys.exit(GIVE_UP)
