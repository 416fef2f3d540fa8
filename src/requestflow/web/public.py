"""The citizen's room: what may be asked, the form of Art. 29, the receipt, and following a request."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from requestflow.web.access import public

room = Blueprint("public", __name__)


@room.get("/")
@public
def home() -> ResponseReturnValue:
    return render_template("public/home.html")
