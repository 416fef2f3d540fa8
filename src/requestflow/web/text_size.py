"""The size of the text: ordinary or large, chosen on any page by anybody and remembered by their browser."""

from flask import Flask, Response, g, request

from requestflow.web.choice import keep

SIZES = ("ordinary", "large")
COOKIE = "text"


def text_size() -> str:
    """The size of this page's text: ?text=, else the cookie, else ordinary."""
    if "text_size" not in g:
        chosen = request.args.get("text"), request.cookies.get(COOKIE)
        g.text_size = next((choice for choice in chosen if choice in SIZES), SIZES[0])
    size: str = g.text_size
    return size


def _remember(response: Response) -> Response:
    asked = request.args.get("text")
    if asked in SIZES:
        keep(response, COOKIE, asked)
    return response


def enlarge(app: Flask) -> None:
    """Gives every page of the app its text size."""
    app.jinja_env.globals["text_size"] = text_size
    app.after_request(_remember)
