"""The pages: one Blueprint a room, each view asking the clock, opening the transaction and calling one verb."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from requestflow.settings import Settings
from requestflow.settings import settings as environment
from requestflow.store.session import bind
from requestflow.web.access import guard
from requestflow.web.again import open_again
from requestflow.web.errors import answer_errors
from requestflow.web.forms import is_iso_day, iso, pairs
from requestflow.web.health import watch_over
from requestflow.web.language import speak
from requestflow.web.limits import count
from requestflow.web.log import tell
from requestflow.web.metrics import Metrics
from requestflow.web.rooms import ROOMS
from requestflow.web.shell import TEMPLATES, surround
from requestflow.web.text_size import enlarge
from requestflow.web.wording import word

_A_WORKING_DAY = 10 * 3600
_LARGEST_FORM = 1_000_000  # bytes


def create_app(settings: Settings | None = None) -> Flask:
    """The web application on the database of `settings` (default: the environment's)."""
    settings = settings or environment()
    bind(settings.database_url)
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="requestflow",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=_A_WORKING_DAY,
        SEND_FILE_MAX_AGE_DEFAULT=_A_WORKING_DAY,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: nobody loses a long form to a timer
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    metrics = Metrics(settings.metrics_folder)
    tell(app, metrics.hear)
    watch_over(app, settings, metrics)
    speak(app)
    word(app)
    surround(app)
    enlarge(app)
    open_again(app)
    guard(app)
    CSRFProtect(app)
    count(app, settings.broker_url)
    app.jinja_env.filters.update(iso=iso, pairs=pairs)
    app.jinja_env.tests["isoday"] = is_iso_day
    for room in ROOMS:
        app.register_blueprint(room)
    answer_errors(app)
    return app
