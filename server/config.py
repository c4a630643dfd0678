"""The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from server.db import sqlite_url
from server.db.dispatch import EMBEDDED, PROCRASTINATE, WAYS
from server.domain import contacts
from server.domain.contacts import Contacts

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FORMATS = ("auto", "json", "text")
SHORTEST_TOKEN = 16


class SettingsError(Exception):
    """A setting that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside; see docs/self-hosting.md."""

    host: str
    port: int
    data: Path
    database: str
    origin: str
    operator: str
    push_subject: str
    push_hosts: tuple[str, ...]
    jobs: bool
    log_level: str
    redis: str = ""
    contacts: Contacts = field(default_factory=dict)
    log_format: str = "auto"
    metrics: tuple[str, int] | None = None
    metrics_token: str = field(default="", repr=False)
    otel: str = ""
    dispatch: str = EMBEDDED

    @property
    def rp_id(self) -> str:
        """The name that passkeys belong to."""
        return urlsplit(self.origin).hostname or "localhost"

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def is_counted(self) -> bool:
        """Whether anybody may ask for figures."""
        return self.metrics is not None or bool(self.metrics_token)

    @property
    def secrets(self) -> Path:
        """The folder of mode 0700 that holds keys."""
        return self.data / "secrets"


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read WEFT_* settings; raise SettingsError with a sentence where one cannot be used."""
    env = os.environ if environment is None else environment
    host, port = env.get("WEFT_HOST", "127.0.0.1"), _port(env.get("WEFT_PORT", "8000"))
    data = Path(env.get("WEFT_DATA", "data")).resolve()
    database = env.get("WEFT_DATABASE") or sqlite_url(data / "weft.sqlite3")
    return Settings(
        host=host,
        port=port,
        data=data,
        database=database,
        origin=_origin(env.get("WEFT_ORIGIN") or f"http://{'localhost' if host in LOOPBACK else host}:{port}"),
        operator=env.get("WEFT_OPERATOR", ""),
        push_subject=env.get("WEFT_PUSH_SUBJECT", ""),
        push_hosts=tuple(one.strip() for one in env.get("WEFT_PUSH_HOSTS", "").split(",") if one.strip()),
        jobs=env.get("WEFT_JOBS", "on") != "off",
        log_level=env.get("WEFT_LOG", "info"),
        redis=_redis(env.get("WEFT_REDIS", "")),
        contacts=_contacts(env.get("WEFT_CONTACTS", "")),
        log_format=_log_format(env.get("WEFT_LOG_FORMAT") or "auto"),
        metrics=_metrics(env.get("WEFT_METRICS", ""), env.get("WEFT_METRICS_TOKEN", "")),
        metrics_token=_token(env.get("WEFT_METRICS_TOKEN", "")),
        otel=_otel(env.get("WEFT_OTEL", "")),
        dispatch=_dispatch(env.get("WEFT_DISPATCH") or EMBEDDED, database),
    )


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"WEFT_PORT must be a port number, not {text!r}.")
    return int(text)


def _redis(text: str) -> str:
    if text and urlsplit(text).scheme not in ("redis", "rediss", "unix"):
        raise SettingsError("WEFT_REDIS must look like redis://host:6379/0.")
    if text and find_spec("redis") is None:
        raise SettingsError("WEFT_REDIS needs Python's redis: pip install 'weft[redis]'.")
    return text


def _contacts(text: str) -> Contacts:
    """The file of whom people may turn to, by language."""
    try:
        return contacts.read(Path(text).read_text()) if text else {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"WEFT_CONTACTS could not be read: {error}") from None


def _log_format(text: str) -> str:
    if text not in FORMATS:
        raise SettingsError(f"WEFT_LOG_FORMAT must be one of {', '.join(FORMATS)}, not {text!r}.")
    return text


def _metrics(text: str, token: str) -> tuple[str, int] | None:
    """Where figures are shown; beyond this machine only to who carries the token."""
    host, _, port = text.rpartition(":")
    if not text:
        return None
    if not host or ":" in host or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingsError(f"WEFT_METRICS must look like 127.0.0.1:9464, not {text!r}.")
    if host not in LOOPBACK and not token:
        raise SettingsError("WEFT_METRICS beyond this machine needs WEFT_METRICS_TOKEN too.")
    return host, int(port)


def _token(text: str) -> str:
    if text and (len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise SettingsError(f"WEFT_METRICS_TOKEN must have at least {SHORTEST_TOKEN} letters, digits or signs, and no space.")
    return text


def _otel(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
        raise SettingsError("WEFT_OTEL must look like http://127.0.0.1:4318.")
    if text and find_spec("opentelemetry") is None:
        raise SettingsError("WEFT_OTEL needs OpenTelemetry: pip install 'weft[otel]'.")
    return text.rstrip("/")


def _dispatch(text: str, database: str) -> str:
    if text not in WAYS:
        raise SettingsError(f"WEFT_DISPATCH must be one of {', '.join(WAYS)}, not {text!r}.")
    if text == PROCRASTINATE and not database.startswith("postgres"):
        raise SettingsError("WEFT_DISPATCH=procrastinate needs PostgreSQL: see WEFT_DATABASE.")
    if text == PROCRASTINATE and find_spec("procrastinate") is None:
        raise SettingsError("WEFT_DISPATCH=procrastinate needs Python's procrastinate: pip install 'weft[procrastinate]'.")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise SettingsError(f"WEFT_ORIGIN must look like https://weft.example.org, not {text!r}.")
    return f"{parts.scheme}://{parts.netloc}"
