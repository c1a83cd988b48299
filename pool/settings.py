"""Every setting, in one typed place: ``PULJEN_*`` variables of the environment.

A default is valid in production or absent. ``load()`` reads once per process; a value that
cannot be used raises :class:`SettingsError`, one sentence per variable that says what to do.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import secrets
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PULJEN_"
_FREE_NAMES = (f"{PREFIX}TEST_",)  # read by the tests alone


class SettingsError(ValueError):
    """What is wrong with the settings, as sentences; ``str()`` joins them."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _scheme(*allowed: str) -> AfterValidator:
    def check(url: str) -> str:
        scheme, mark, _ = url.partition(":")
        if not mark or scheme not in allowed:
            forms = ", ".join(f"{name}:…" for name in allowed)
            raise ValueError(f"Input should begin with one of {forms}")
        return url

    return AfterValidator(check)


def _http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError(
            "Input should be the address people type, such as https://puljen.example.dk"
        )
    return url.rstrip("/")


def _sender(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+|[^<>\r\n]+<[^\s@<>]+@[^\s@<>]+>", text):
        raise ValueError("Input should be an address, or a name with an address in <>")
    return text


def _day_of_year(text: str) -> str:
    told = "Input should be a month and a day of every year, such as 12-10"
    if not re.fullmatch(r"\d\d-\d\d", text):
        raise ValueError(told)
    try:
        date.fromisoformat(f"2001-{text}")  # a year without 29 February
    except ValueError as error:
        raise ValueError(told) from error
    if text < "07-01":  # January still belongs to the year before
        raise ValueError(
            "Input should be a day in the second half of the year, 07-01 or later: the summary "
            "is of the year that ends"
        )
    return text


def _addresses(text: str) -> str:
    for one in _listed(text):
        _sender(one)
    return text


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


DatabaseUrl = Annotated[
    str, _scheme("sqlite", "postgresql", "postgres", "postgresql+psycopg"), Field(min_length=8)
]
RedisUrl = Annotated[str, _scheme("redis", "rediss", "unix", "redis+socket")]
SmtpUrl = Annotated[str, _scheme("smtp", "smtp+starttls", "smtps", "mailbox")]
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """The settings of one process. Paths are absolute; ``database_url`` and ``base_url`` are
    always filled in."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path("var"),
        description="The folder everything is kept in; created at the first start.",
    )
    database_url: DatabaseUrl = Field(
        default="",
        validate_default=False,
        description="SQLite or PostgreSQL; unset: puljen.sqlite in the data folder.",
    )
    owner_database_url: DatabaseUrl | None = Field(
        default=None,
        description="The owner of the tables, for `puljen db upgrade`; unset: the database "
        "address above.",
    )
    redis_url: RedisUrl | None = Field(
        default=None,
        description="Redis, the workers' queue; unset: an embedded one beside the web server.",
    )
    smtp_url: SmtpUrl | None = Field(
        default=None,
        description="The mail relay, smtp://user:password@host:port, smtp+starttls:// or "
        "smtps://, or mailbox:/folder to keep the mails in a folder; unset: messages wait.",
    )
    mail_from: Annotated[str, AfterValidator(_sender)] = Field(
        default="puljen@localhost",
        description="The sender of every mail: an address, or a name with an address in <>.",
    )
    mail_per_minute: int = Field(
        default=0,
        ge=0,
        le=6000,
        description="How many mails a minute the relay is handed at most, by all workers "
        "together; 0: as many as it takes.",
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="The address the web server listens on."
    )
    port: Port = Field(default=8000, description="The port the web server listens on.")
    base_url: Annotated[str, AfterValidator(_http)] = Field(
        default="",
        validate_default=False,
        description="The address in links of mails and letters; unset: http://host:port. "
        "With https the cookies are secure ones.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many proxies in front of the web server are trusted to tell the "
        "visitor's address.",
    )
    key_file: Path = Field(
        default=Path(),
        validate_default=False,
        description="The secret key, outside the data folder; unset: beside it, with .key added.",
    )
    definitions_dir: Path | None = Field(
        default=None, description="A folder with further pools, one .toml file each."
    )
    language: Literal["da", "en"] = Field(
        default="da", description="The language of a page until its reader chooses another."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much the processes tell on the console."
    )
    web_threads: int = Field(
        default=4, ge=1, le=64, description="Requests one web process answers at a time."
    )
    web_processes: int = Field(default=1, ge=1, le=32, description="Web processes.")
    worker_processes: int = Field(
        default=1, ge=1, le=32, description="Worker processes beside the one for mail."
    )
    demo_district: bool = Field(
        default=False,
        description="In a demonstration: with the district's big pool in full work.",
    )
    summary_day: Annotated[str, AfterValidator(_day_of_year)] = Field(
        default="12-10",
        description="The day of the year (month-day, 07-01 or later) the steering group's summary "
        "is drafted.",
    )
    summary_recipients: Annotated[str, AfterValidator(_addresses)] = Field(
        default="",
        description="Who gets a submitted summary besides the people with the role: addresses, "
        "with commas between.",
    )
    summary_pools: str = Field(
        default="",
        description="The pools of the yearly summary, with commas between; unset: every pool "
        "whose year is in the books.",
    )

    anchor_to: Annotated[str, AfterValidator(_addresses)] = Field(
        default="",
        description="Who is mailed the newest link of every chain, weekly and when a year is "
        "closed: addresses, with commas between; unset: finance, auditors and administrators.",
    )

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        data = self.data_dir.expanduser().absolute()
        put("data_dir", data)
        if not self.database_url:
            put("database_url", f"sqlite:///{data / 'puljen.sqlite'}")
        if not self.base_url:
            host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
            put("base_url", f"http://{f'[{host}]' if ':' in host else host}:{self.port}")
        if self.key_file == Path():
            put("key_file", data.with_name(data.name + ".key"))
        else:
            put("key_file", self.key_file.expanduser().absolute())
        if self.key_file.resolve().is_relative_to(data.resolve()):
            raise ValueError(
                f"{PREFIX}KEY_FILE lies inside the data folder {data}: choose a place outside "
                "it, so that a copy of the data never carries its key."
            )
        if self.smtp_url is not None and "mail_from" not in self.model_fields_set:
            raise ValueError(
                f"{PREFIX}MAIL_FROM is not set: mails that go out by {PREFIX}SMTP_URL need a "
                "sender that can be answered."
            )
        if self.definitions_dir is not None:
            folder = self.definitions_dir.expanduser().absolute()
            put("definitions_dir", folder)
            if not folder.is_dir():
                raise ValueError(
                    f"{PREFIX}DEFINITIONS_DIR: there is no folder {folder}; create it or unset "
                    "the variable."
                )
        return self

    @property
    def summary_due(self) -> tuple[int, int]:
        """Month and day of ``summary_day``."""
        month, day = self.summary_day.split("-")
        return int(month), int(day)

    @property
    def summary_pool_keys(self) -> tuple[str, ...]:
        """The keys in ``summary_pools``; empty for all."""
        return _listed(self.summary_pools)

    @property
    def anchor_addresses(self) -> tuple[str, ...]:
        """The addresses in ``anchor_to``; empty for the people with the roles."""
        return _listed(self.anchor_to)

    @property
    def secure_cookies(self) -> bool:
        """Whether the site is served by TLS, so that cookies may be ``__Host-`` ones."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process, read once. Raises :class:`SettingsError`."""
    sentences = _unknown(list(os.environ))
    try:
        settings = Settings()
    except ValidationError as error:
        sentences += [_sentence(fault) for fault in error.errors()]
    if sentences:
        raise SettingsError(sentences)
    return settings


def secret_key(settings: Settings) -> bytes:
    """The 32 bytes that sign cookies and forms and seal what is secret in the database: the first
    of :func:`secret_keys`."""
    return secret_keys(settings)[0]


def secret_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys in force, one a line of the key file, 32 bytes each: the first signs and seals,
    all are read. Made at the first start, readable by its owner alone. Raises
    :class:`SettingsError`."""
    path = settings.key_file
    try:
        if not path.exists():
            _make_key(path)
        lines = path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text file"
        raise SettingsError(
            [
                f"The key file {path} cannot be read or made ({reason}): give this user access, "
                f"or name another place with {PREFIX}KEY_FILE."
            ]
        ) from error
    if not lines or not all(re.fullmatch(r"[0-9a-f]{64}", line) for line in lines):
        raise SettingsError(
            [
                f"The key file {path} holds no key (64 hexadecimal digits a line): restore it from "
                "your backup. Only where nobody's CPR number and no payment list was ever kept "
                "may it be removed to have a new one made (everybody signs in again)."
            ]
        )
    return tuple(bytes.fromhex(line) for line in lines)


def _make_key(path: Path) -> None:
    """Written aside and linked into place, so that of several processes starting at once all
    read the same key and none a half one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(aside, path)
    finally:
        aside.unlink()


def table(settings: Settings) -> list[tuple[str, str, str]]:
    """(variable, value with passwords masked, meaning) of every setting, in order."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "(unset)" if value is None else masked(str(value))
        rows.append((PREFIX + name.upper(), shown, field.description or ""))
    return rows


def masked(text: str) -> str:
    """``text`` with the password of every address in it replaced by ``***``."""
    hidden = re.sub(r"(\w://[^/\s:@]*):[^/\s]*@", r"\1:***@", text)
    return re.sub(r"([?&](?:password|passwd|pwd)=)[^&\s]*", r"\1***", hidden, flags=re.IGNORECASE)


def _unknown(names: list[str]) -> list[str]:
    """A mistyped variable would be a setting that silently does nothing."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    sentences = []
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_FREE_NAMES):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
            remedy = f"did you mean {near[0]}?" if near else "`puljen settings` lists them all."
            sentences.append(f"There is no setting {name}: {remedy}")
    return sentences


def _sentence(fault: ErrorDetails) -> str:
    name = PREFIX + str(fault["loc"][0]).upper() if fault["loc"] else ""
    message = fault["msg"].removeprefix("Value error, ")
    if not name:
        return message
    value = masked(str(fault["input"]))
    return f"{name} is {value!r}: {message[:1].lower() + message[1:]}."
