"""The door for a WSGI server: gunicorn wsgi:app."""

from requestflow.web import create_app

app = create_app()
