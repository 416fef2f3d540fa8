"""The application with one page more: the layout of every page with nothing in it, for whoever is signed in."""

from flask import Blueprint, render_template_string
from flask.typing import ResponseReturnValue

from requestflow.web import create_app
from requestflow.web.access import officers

room = Blueprint("empty", __name__)
_NOTHING = (
    '{% extends "layout.html" %}{% block title %}Empty{% endblock %}{% block content %}<h1>Empty</h1>{% endblock %}'
)


@room.get("/empty")
@officers()
def nothing() -> ResponseReturnValue:
    return render_template_string(_NOTHING)


app = create_app()
app.register_blueprint(room)
