"""The only place that reads the environment: where things are kept, and with which services RequestFlow works."""

import os
import secrets
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_SECRET = 32
PREFIX = "REQUESTFLOW_"


class SettingsRefused(Exception):
    """The environment does not make sense; the message is one sentence for the person who runs the system."""


def _sqlite_under(given: dict[str, object]) -> str:
    return f"sqlite:///{given['home']}/requestflow.sqlite"


def _own_address(given: dict[str, object]) -> str:
    return f"http://{given['host']}:{given['port']}"


class Settings(BaseSettings):
    """All that can be set, each by the variable REQUESTFLOW_<NAME>; the defaults are the embedded system."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", validate_default=True, populate_by_name=True
    )

    home: Path = Field(Path("var"), description="folder of all that the embedded system keeps")
    database_url: str = Field(default_factory=_sqlite_under, repr=False, description="sqlite:///… or postgresql://…")
    broker_url: str = Field("memory://", repr=False, description="memory:// or redis://…")
    given_secret_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="REQUESTFLOW_SECRET_KEY",
        description=f"what signs sessions: {SHORTEST_SECRET} or more random characters",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""), description="smtp:// or smtps://user:password@host:port; empty: a folder"
    )
    mail_from: str = Field("requestflow@localhost", description="sender of every mail")
    host: str = Field("127.0.0.1", description="address that the embedded server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port that the embedded server listens on")
    base_url: str = Field(default_factory=_own_address, description="address that people see, for links in mail")
    trusted_proxies: int = Field(0, ge=0, le=5, description="how many proxies of one's own stand before the pages")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="bearer token of whoever reads /metrics; empty: only callers on the same machine"
    )
    metrics_folder: str = Field(
        "",
        validation_alias="PROMETHEUS_MULTIPROC_DIR",
        description="folder in which several web processes add up what they count, best in memory",
    )
    log_format: Literal["json", "text", ""] = Field(
        "", description="json or text; empty: text when embedded, json otherwise"
    )
    log_level: Literal["debug", "info", "warning", "error", ""] = Field(
        "", description="debug, info, warning or error; empty: warning when embedded, info otherwise"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        scheme, _, rest = url.partition("://")
        try:
            make_url(url)
        except (ArgumentError, ValueError):
            raise ValueError("is not an address that can be read.") from None
        if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
            return f"postgresql+psycopg://{rest}"
        if scheme != "sqlite" or not rest.strip("/"):
            raise ValueError("must begin with postgresql:// or sqlite:/// and name a database.")
        return url

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, url: str) -> str:
        if not url.startswith(("memory://", "redis://", "rediss://", "redis+socket://")):
            raise ValueError("must begin with redis:// or be memory://.")
        return url

    @field_validator("given_secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if key and len(key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"must hold at least {SHORTEST_SECRET} random characters.")
        return key

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, url: SecretStr) -> SecretStr:
        if url and not url.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("must begin with smtp:// or smtps://.")
        return url

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://.")
        return url.rstrip("/")

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def is_embedded(self) -> bool:
        """Whether everything runs in one process on one machine, with no outside service."""
        return self.is_sqlite and self.broker_url.startswith("memory://")

    @property
    def redis_url(self) -> str:
        """The broker as redis-py calls it; empty where it is in memory."""
        url = self.broker_url.replace("redis+socket://", "unix://", 1)
        return "" if url.startswith("memory://") else url

    @property
    def logs_json(self) -> bool:
        """Whether logs are lines of JSON for a program, and not text for somebody at a terminal."""
        return (self.log_format or ("text" if self.is_embedded else "json")) == "json"

    @property
    def logs_from(self) -> str:
        """The least level that is logged."""
        return self.log_level or ("warning" if self.is_embedded else "info")

    @property
    def mail_folder(self) -> Path:
        """Where mail goes as .eml files while no SMTP server is set."""
        return self.home / "mail"

    @cached_property
    def secret_key(self) -> str:
        """The key that signs sessions: the given one, or one made at first use and kept under `home`/keys.

        Pages of which there may be several must sign alike, so outside the embedded system SettingsRefused is raised
        where none is given. What signs nothing (a command, a worker) needs none.
        """
        given = self.given_secret_key.get_secret_value()
        if not given and not self.is_embedded:
            raise SettingsRefused(
                f"{PREFIX}SECRET_KEY must hold at least {SHORTEST_SECRET} random characters;"
                " only the embedded system, with neither database server nor broker, makes one of its own."
            )
        return given or _kept_secret(self.home / "keys" / "secret")


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made there first if need be; of two processes that make it at once, one wins for both."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first, and its secret is the one
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    said = first["msg"].removeprefix("Value error, ").replace("Input should", "should")
    name = "".join(str(part) for part in first["loc"]).removeprefix(PREFIX).upper()
    return f"{PREFIX}{name} {said[0].lower()}{said[1:].rstrip('.')}." if name else said


_overruled: dict[str, Any] = {}


def overrule(**said: Any) -> None:
    """What the command line says counts more than the environment; before anything else asks for the settings."""
    _overruled.update(said)
    settings.cache_clear()


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises SettingsRefused, whose message is one sentence."""
    try:
        return Settings(**_overruled)
    except ValidationError as error:
        raise SettingsRefused(_sentence(error)) from error
