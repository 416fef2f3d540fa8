"""Says no, and says what to do next, in the same voice on every page and with the right status."""

from collections.abc import Mapping, Sequence

from flask import Flask, Response, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.sansio.response import Response as WSGIResponse

from requestflow.clock import now
from requestflow.logs import kind, logger
from requestflow.rules.articles import cite
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.services._step import Conflict, NotYours
from requestflow.store.away import AWAY, is_away
from requestflow.web.access import look_nobody_up, may_open
from requestflow.web.language import speak_without_officer
from requestflow.web.limits import minutes_to_wait
from requestflow.web.shell import here, opens_by_address

log = logger(__name__)
STALE = (
    Text("页面停留过久", "This page was open too long"),
    Text(
        "为了安全，这次提交没有被接受。请返回上一页重新提交；您填写的内容仍在那里。",
        "To keep you safe this was not accepted. Go back and send it again; what you typed is still there.",
    ),
)
REFUSED = Text("这一步不能办理", "This step is not possible")
WORDS: Mapping[int, tuple[Text, Text]] = {
    400: (
        Text("看不懂这次请求", "We could not read that"),
        Text(
            "提交的内容不完整。请返回上一页，核对后再试。",
            "Something is missing from what was sent. Go back, check it and try again.",
        ),
    ),
    403: (
        Text("您无权打开这一页", "You may not open this page"),
        Text(
            "您的角色或者所在机关没有这项权限。如确有需要，请联系本机关管理员。",
            "Your role or your office does not include this. If you need it, ask your administrator.",
        ),
    ),
    404: (
        Text("没有找到这一页", "Page not found"),
        Text(
            "地址有误，或者内容已不在这里。请从首页重新进入。",
            "The address is wrong, or the page has gone. Start again from the first page.",
        ),
    ),
    405: (
        Text("不能这样打开这一页", "This page cannot be opened that way"),
        Text("请返回上一页，按页面上的按钮办理。", "Go back and use the buttons on the page."),
    ),
    409: (
        Text("别人刚刚改过", "Somebody else has just changed this"),
        Text("请刷新页面，看过最新内容后再办理。", "Reload the page, look at what is new, and try again."),
    ),
    413: (
        Text("内容太大", "That is too large"),
        Text("请缩短内容或者减小文件后再提交。", "Shorten the text or use a smaller file, and send it again."),
    ),
    422: (REFUSED, Text("请核对填写的内容。", "Check what was typed.")),
    429: (
        Text("操作过于频繁", "Too many attempts"),
        Text("请过几分钟再试。", "Wait a few minutes and try again."),
    ),
    500: (
        Text("系统出了问题", "Something went wrong here"),
        Text(
            "不是您的错，您没有提交的内容未被保存。请过几分钟再试；紧急事项请直接与受理机关联系。",
            "It is not your fault. What you were sending has not been saved. Try again in a few minutes; "
            "if it is urgent, contact the office directly.",
        ),
    ),
    503: (
        Text("系统暂时不能办理", "The office's records cannot be reached just now"),
        Text(
            "数据库暂时连接不上，恢复后页面会自行可用，请过一两分钟再试。已经登记的申请都在。",
            "The database is away; the pages work again as soon as it is back. Try again in a minute or two. "
            "Every request with a number is safe.",
        ),
    ),
}
_SECONDS_TO_RECOVER = 60
_AGAIN = Text("重新打开这一页", "Open this page again")
_NEXT_OF_OFFICERS = (("worklist.queue", Text("待办案件", "Queue")), ("worklist.find", Text("查找案件", "Find a case")))
_NEXT_OF_VISITORS = (
    ("public.home", Text("返回首页", "To the first page")),
    ("public.follow", Text("查询申请进度", "Follow a request")),
)


_WAIT = Text("请在{minutes}分钟后再试。", "Try again in {minutes} min.")
_STILL_TYPED = Text(
    "这次提交的内容没有保存，但仍在浏览器中：请用浏览器的“后退”回到上一页，稍后再提交一次，同一申请不会重复登记。",
    " What you were sending has not been saved, but it is still in your browser: go back one page and send it again; "
    "nothing is entered twice.",
)
_UNHARMED = Text("您的申请和时限不受影响。", " Your request and its time limits are not affected.")


def page(status: int, title: Text, sentence: Text, article: str = "") -> Response:
    """The page of a refusal: what happened, what to do next, and the article if the law says so."""
    source = cite(article) if article else None
    onward = _next_of_officers() if current_user.is_authenticated else _next_of(_NEXT_OF_VISITORS)
    shown = render_template(
        "errors/page.html",
        status=status,
        title=title,
        sentence=sentence,
        source=source,
        again=_again(status),
        onward=onward,
    )
    return Response(shown, status)


def alone(status: int) -> Response:
    """The page of 500 or 503, which asks nothing of the database, the session or the layout."""
    speak_without_officer()
    look_nobody_up()
    title, sentence = WORDS[status]
    again = _again(status)
    if status == 503 and request.method == "POST":  # opened anew the form would be empty
        sentence, again = Text(sentence.zh + _STILL_TYPED.zh, sentence.en + _STILL_TYPED.en), None
    onward = _next_of(_NEXT_OF_VISITORS)
    shown = render_template(
        "errors/broken.html", status=status, title=title, sentence=sentence, again=again, onward=onward
    )
    return Response(shown, status, {"Retry-After": str(_SECONDS_TO_RECOVER)} if status == 503 else None)


def _next_of(ways: Sequence[tuple[str, Text]]) -> list[tuple[Text, str]]:
    return [(words, url_for(endpoint)) for endpoint, words in ways]


def _next_of_officers() -> list[tuple[Text, str]]:
    return _next_of([(endpoint, words) for endpoint, words in _NEXT_OF_OFFICERS if may_open(endpoint)])


def _again(status: int) -> tuple[Text, str] | None:
    """The same page once more, where that can help and the page opens by its address."""
    helps = status in (409, 422, 500, 503) and request.endpoint is not None
    return (_AGAIN, here()) if helps and opens_by_address() else None


def _http(error: HTTPException) -> Response | WSGIResponse:
    status = error.code or 500
    if status < 400 or error.response is not None:  # a view leads elsewhere
        return error.get_response()
    title, sentence = WORDS.get(status, WORDS[400] if status < 500 else WORDS[500])
    shown = page(status, title, _how_long(sentence) if status == 429 else sentence)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            shown.headers[name] = value
    return shown


def _how_long(sentence: Text) -> Text:
    """When to knock again; a citizen is told besides that nothing is lost by it."""
    minutes = minutes_to_wait(now())
    said = _WAIT.fill(minutes=minutes) if minutes else sentence
    return Text(said.zh + _UNHARMED.zh, said.en + _UNHARMED.en) if request.blueprint == "public" else said


def _stale(_error: CSRFError) -> Response:
    return page(400, *STALE)


def _refused(broken: RuleBroken) -> Response:
    if isinstance(broken, Conflict):
        return page(409, WORDS[409][0], broken.said)
    if isinstance(broken, NotYours):
        return page(403, WORDS[403][0], broken.said)
    return page(422, REFUSED, broken.said, broken.article)


def _away(error: Exception) -> Response:
    """The database is away: the page says so. Any other error that it raised is a fault of the program."""
    if not is_away(error):
        raise error
    log.warning("database away", error=kind(error), endpoint=request.endpoint)
    return alone(503)


def _broken(error: InternalServerError) -> Response:
    return alone(503 if is_away(error.original_exception) else 500)


def answer_errors(app: Flask) -> None:
    """Registers the one handler of each kind of refusal."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(RuleBroken, _refused)
    app.register_error_handler(InternalServerError, _broken)
    for raised in AWAY:
        app.register_error_handler(raised, _away)
