"""Do the settings fit together, and does the machine have room for what is kept."""

import os
import shutil
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from requestflow.cli.doctor.finding import Finding, fine, look, mend
from requestflow.rules.words import Text
from requestflow.settings import Settings

_HERE = {"localhost", "127.0.0.1", "::1"}
_LEAST_ROOM, _LEAST_SHARE = 1_000_000_000, 0.05  # bytes; of the disk
_SET_ADDRESS = Text(
    "把 REQUESTFLOW_BASE_URL 设为人们访问的 https:// 地址。",
    "Set REQUESTFLOW_BASE_URL to the https:// address that people open.",
)

_SET_SENDER = Text(
    "把 REQUESTFLOW_MAIL_FROM 设为本单位的邮箱。", "Set REQUESTFLOW_MAIL_FROM to an address of the office."
)


def settings(chosen: Settings) -> Iterator[Finding]:
    """Whether what was chosen makes a system that people can use safely."""
    is_here = urlsplit(chosen.base_url).hostname in _HERE
    yield _secret(chosen)
    yield _address(chosen, is_here)
    yield _proxies(chosen)
    yield _mail(chosen, is_here)
    if not chosen.is_embedded:
        yield _counters(chosen)


def _secret(chosen: Settings) -> Finding:
    if chosen.is_embedded or chosen.given_secret_key.get_secret_value():
        return fine("secret", Text("会话密钥已设置。", "Sessions are signed with a secret."))
    return mend(
        "secret",
        Text("没有会话密钥，网页不能启动。", "There is no secret to sign sessions with: pages will not start."),
        Text(
            "把 REQUESTFLOW_SECRET_KEY 设为32个以上的随机字符，各网页进程相同。",
            "Set REQUESTFLOW_SECRET_KEY to 32 or more random characters, the same for all web processes.",
        ),
    )


def _address(chosen: Settings, is_here: bool) -> Finding:
    said = {"url": chosen.base_url}
    if is_here and chosen.is_embedded:
        return fine("address", _ONLY_HERE.fill(**said))
    if is_here:
        return mend("address", _ONLY_HERE.fill(**said), _SET_ADDRESS)
    if not chosen.base_url.startswith("https://"):
        what = Text("{url} 没有加密，密码会明文传送。", "{url} is not encrypted: passwords travel in the open.")
        return mend("address", what.fill(**said), _SET_ADDRESS)
    return fine("address", Text("访问地址：{url}", "People open {url}.").fill(**said))


_ONLY_HERE = Text("地址 {url} 只能在本机打开。", "{url} can be opened on this machine only.")


def _proxies(chosen: Settings) -> Finding:
    if chosen.base_url.startswith("https://") and not chosen.trusted_proxies:
        return mend(
            "proxies",
            Text(
                "前面有加密代理，但没有设置信任它：所有访问者会被当作同一个人，登录次数一起计算。",
                "A proxy encrypts, but is not trusted: all visitors look like one, and share the limit of attempts.",
            ),
            Text(
                "把 REQUESTFLOW_TRUSTED_PROXIES 设为代理的层数，通常为1。",
                "Set REQUESTFLOW_TRUSTED_PROXIES to the number of proxies, mostly 1.",
            ),
        )
    return fine("proxies", Text("代理设置与访问地址相符。", "The proxies fit the address."))


def _mail(chosen: Settings, is_here: bool) -> Finding:
    if not chosen.smtp_url.get_secret_value():
        find = look if is_here else mend
        return find(
            "mail settings",
            Text("没有邮件服务器：提醒只写入文件夹，没有人收到。", "No mail server is set: letters lie in a folder."),
            Text(
                "设置 REQUESTFLOW_SMTP_URL 和 REQUESTFLOW_MAIL_FROM。",
                "Set REQUESTFLOW_SMTP_URL and REQUESTFLOW_MAIL_FROM.",
            ),
        )
    if chosen.mail_from.endswith("@localhost"):
        return mend(
            "mail settings",
            Text("发件地址在本机之外无效。", "The sender's address means nothing outside this machine."),
            _SET_SENDER,
        )
    if not parseaddr(chosen.mail_from)[1].rpartition("@")[0]:
        what = Text(
            "发件人“{sender}”不是邮箱地址，邮件服务器会拒收。",
            "The sender “{sender}” is no e-mail address: mail is refused.",
        )
        return mend("mail settings", what.fill(sender=chosen.mail_from), _SET_SENDER)
    return fine("mail settings", Text("邮件服务器和发件地址已设置。", "Mail server and sender are set."))


def _counters(chosen: Settings) -> Finding:
    if chosen.metrics_folder and not os.access(_nearest(Path(chosen.metrics_folder)), os.W_OK | os.X_OK):
        what = Text("计数文件夹 {folder} 不能写入，网页不能启动。", "{folder} cannot be written: pages will not start.")
        whose = Text("让用户 {user} 拥有这个文件夹。", "Give the folder to the user {user}.").fill(user=os.geteuid())
        return mend("metrics", what.fill(folder=chosen.metrics_folder), whose)
    if chosen.metrics_folder:
        return fine("metrics", Text("各网页进程的计数合并。", "Web processes add up what they count."))
    return look(
        "metrics",
        Text(
            "各网页进程分别计数，/metrics 只有其中一个的数字。",
            "/metrics shows what one web process of several counted.",
        ),
        Text(
            "把 PROMETHEUS_MULTIPROC_DIR 设为内存盘上的文件夹，每次启动前为空。",
            "Set PROMETHEUS_MULTIPROC_DIR to a folder in memory that is empty before each start.",
        ),
    )


def _nearest(folder: Path) -> Path:
    """The folder itself, or the first above it that is there: in that one it would be made."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def machine(chosen: Settings) -> Iterator[Finding]:
    """Whether the folder of all that is kept can be written, and has room."""
    home = chosen.home
    if not home.is_dir():
        return  # nothing is kept in it, or the database of the embedded system is missing with it
    yield _writable(home)
    yield _room(home)


def _writable(home: Path) -> Finding:
    try:
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        what = Text("文件夹 {home} 不能写入：{why}。", "The folder {home} cannot be written: {why}.")
        whose = Text("让用户 {user} 拥有这个文件夹。", "Give the folder to the user {user}.").fill(user=os.geteuid())
        return mend("home", what.fill(home=home, why=error.strerror), whose)
    return fine("home", Text("{home} 可以写入。", "{home} can be written.").fill(home=home))


def _room(home: Path) -> Finding:
    disk = shutil.disk_usage(home)
    said = Text("磁盘剩余 {free} GB（{share}%）。", "{free} GB of the disk are free ({share} %).").fill(
        free=f"{disk.free / 1e9:.1f}", share=round(100 * disk.free / disk.total)
    )
    if disk.free < _LEAST_ROOM or disk.free < _LEAST_SHARE * disk.total:
        return mend("disk", said, Text("腾出空间，或换更大的磁盘。", "Make room, or take a larger disk."))
    return fine("disk", said)
