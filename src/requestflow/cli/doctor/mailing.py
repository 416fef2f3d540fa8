"""Does mail go out: can it be handed over, and does any lie about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from tempfile import TemporaryFile

from requestflow.cli.doctor.finding import Finding, fine, look, mend
from requestflow.rules.words import Text
from requestflow.services.carriers import is_private
from requestflow.services.mail import Undelivered
from requestflow.settings import Settings
from requestflow.store.queries.watch import Waiting

_TOO_LONG = timedelta(hours=1)


def way_out(chosen: Settings) -> Iterator[Finding]:
    """Whether the mail server takes us in, or the folder can be written; no mail is sent."""
    if chosen.smtp_url.get_secret_value():
        yield _server(chosen)
    elif chosen.mail_folder.is_dir():
        yield _folder(chosen)


def _server(chosen: Settings) -> Finding:
    try:
        is_safe = is_private(chosen.smtp_url.get_secret_value())
    except Undelivered as why:
        return mend(
            "mail server",
            Text("{what}：{said}", "{what}: {said}").fill(what=why.trouble.label, said=why),
            Text(
                "核对 REQUESTFLOW_SMTP_URL，或启动邮件服务器。", "Check REQUESTFLOW_SMTP_URL, or start the mail server."
            ),
        )
    if is_safe:
        return fine("mail server", Text("邮件服务器可用，连接加密。", "The mail server takes mail over TLS."))
    return look(
        "mail server",
        Text("邮件服务器可用，但连接没有加密。", "The mail server takes mail, but without encryption."),
        Text("在邮件服务器上启用 STARTTLS，或改用 smtps://。", "Turn STARTTLS on at the mail server, or use smtps://."),
    )


def _folder(chosen: Settings) -> Finding:
    try:
        with TemporaryFile(dir=chosen.mail_folder):
            pass
    except OSError as error:
        what = Text("邮件文件夹 {folder} 不能写入：{why}。", "The mail folder {folder} cannot be written: {why}.")
        return mend(
            "mail folder",
            what.fill(folder=chosen.mail_folder, why=error.strerror),
            Text("让运行程序的用户拥有这个文件夹。", "Give the folder to the user who runs the program."),
        )
    return fine("mail folder", Text("邮件文件夹可以写入。", "The mail folder can be written."))


def outbox(found: Waiting, now: datetime) -> Iterator[Finding]:
    """Whether letters wait too long, and whether some were given up that nobody has seen to."""
    waited = now - found.oldest if found.oldest else timedelta()
    said = Text("待发邮件{n}封，最早的已等{m}分钟。", "Letters that wait: {n}, the oldest for {m} min.")
    said = said.fill(n=found.waiting, m=round(waited.total_seconds() / 60))
    if waited > _TOO_LONG:
        why = Text(
            "在“发件箱”页查看原因，并确认 worker 在运行。", "See why on the page /outbox, and that a worker runs."
        )
        yield mend("outbox", said, why)
    else:
        yield fine("outbox", said)
    if found.given_up:
        yield mend(
            "given up",
            Text(
                "有{n}封邮件无法送达，尚无人处理。", "Letters that could not be sent and nobody has seen to: {n}."
            ).fill(n=found.given_up),
            Text(
                "由负责人在“发件箱”页（/outbox）重发或搁置。",
                "A head sends them again or sets them aside on the page /outbox.",
            ),
        )
