"""The door for a WSGI server: gunicorn wsgi:app."""

import sys

from requestflow.settings import SettingsRefused
from requestflow.web import create_app

GIVE_UP = 3  # the status at which gunicorn ends instead of starting the same worker again

try:
    app = create_app()
except SettingsRefused as refused:
    sys.stderr.write(f"{refused}\n")
    sys.exit(GIVE_UP)
