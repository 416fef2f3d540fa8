"""Somebody at the pages over real HTTP: keeps cookies, follows where it is led, fills in the forms that it is shown."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib

PATIENCE = 20.0  # seconds for an answer


@dataclass(frozen=True)
class Shown:
    """A page: its status (0: no answer came), its address, and what stands on it."""

    status: int
    address: str
    tree: Element

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def text(self) -> str:
        return " ".join("".join(self.tree.itertext()).split())


class Client:
    """A browser without JavaScript; `caller` is the address that the proxy says it comes from."""

    def __init__(self, address: str, caller: str = "192.0.2.1") -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("X-Forwarded-For", caller), ("Accept-Language", "zh-CN")]

    def get(self, path: str) -> Shown:
        """Opens a page."""
        return self._open(urljoin(self._address, path), None)

    def submit(self, page: Shown, typed: Mapping[str, str]) -> Shown:
        """Presses the main button of the page, with what is typed into its form."""
        form = next(form for form in page.tree.iter("form") if _main_button(form) is not None)
        sent = dict(_filled(form)) | {name: typed[name] for name in _names(form) if name in typed}
        return self._open(urljoin(page.address, form.get("action") or page.address), urlencode(sent).encode())

    def _open(self, address: str, sent: bytes | None) -> Shown:
        try:
            with self._opener.open(address, sent, PATIENCE) as answer:
                return Shown(answer.status, answer.url, _tree(answer.read()))
        except urllib.error.HTTPError as refused:
            with refused:
                return Shown(refused.code, refused.url or address, _tree(refused.read()))
        except (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError):
            return Shown(0, address, Element("html"))


def _tree(text: bytes) -> Element:
    tree: Element = html5lib.parse(text, transport_encoding="utf-8", namespaceHTMLElements=False)
    return tree


def _main_button(form: Element) -> Element | None:
    return next((each for each in form.iter("button") if "act-main" in each.get("class", "").split()), None)


def _names(form: Element) -> set[str]:
    return {each.get("name", "") for each in form.iter() if each.tag in ("input", "select", "textarea")} - {""}


def _filled(form: Element) -> Iterator[tuple[str, str]]:
    """What the form sends when nothing is typed."""
    button = _main_button(form)
    for field in form.iter():
        name = field.get("name", "")
        if not name:
            continue
        if field.tag == "textarea":
            yield name, "".join(field.itertext())
        elif field.tag == "select":
            yield name, next((each.get("value", "") for each in field.iter("option") if "selected" in each.attrib), "")
        elif field is button or (field.tag == "input" and _is_sent(field)):
            yield name, field.get("value", "")


def _is_sent(field: Element) -> bool:
    return field.get("type") not in ("radio", "checkbox") or "checked" in field.attrib
