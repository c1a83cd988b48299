"""One line a request, and no secret in any line.

A request is logged by its rule (``/link/<token>``), never by its path or query: those may hold a
live link. Whatever else reaches the log passes :class:`Masked`, which takes out what looks
like one.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time

from flask import Flask, Response, g, has_request_context, request

from pool.web import who
from pool.web.security import COOKIELESS
from workflows import cpr

log = logging.getLogger("pool.web.request")

_ONE_WORD = re.compile(r"[^\s\"=]+")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{6,64}")
_SECRET = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Za-z])"
    r"[A-Za-z0-9_-]{24,}(?:\.[A-Za-z0-9_-]+)*(?![A-Za-z0-9_-])"
)
_PASSWORD = re.compile(
    r"((?:password|passwd|secret|token|adgangskode)[\"']?\s*[=:]\s*)[^\s&,;]+", re.IGNORECASE
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_CREDENTIALS = re.compile(r"(\w://[^/\s:@]*):[^/\s@]*@")
_PARAMETERS = re.compile(r"\[parameters: .*?\](?=\n|$)", re.DOTALL)


def mask(text: str) -> str:
    """``text`` without what looks like a link's secret, a password, an address, a CPR number or
    what somebody wrote (the parameters of a failed statement)."""
    text = _PARAMETERS.sub("[parameters: ***]", text)
    text = _CREDENTIALS.sub(r"\1:***@", text)
    text = _PASSWORD.sub(r"\1***", text)
    text = _EMAIL.sub(r"***@\1", text)
    return cpr.mask(_SECRET.sub("***", text))


class Masked(logging.Formatter):
    """One line per record, masked: level, words, then the record's fields as ``name=value``
    (JSON where a value has more than a word); the traceback follows, where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = dict(getattr(record, "fields", {}))
        number = g.get("request_id") if has_request_context() else None
        if number is not None:
            fields.setdefault("request", number)
        words = [record.levelname, mask(record.getMessage())]
        words += [
            f"{name}={cpr.mask(_plain(value))}"
            for name, value in fields.items()
            if value is not None
        ]
        line = " ".join(words).replace("\r", "\\r").replace("\n", "\\n")
        if record.exc_info:
            line += "\n" + mask(self.formatException(record.exc_info))
        return line


def _plain(value: object) -> str:
    text = str(value)
    return text if _ONE_WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def configure(level: str) -> None:
    """Let this process say what is of ``level`` or above on its standard error, masked. For the
    entry that makes the application a process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(5)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    number = g.get("request_id", "-")
    response.headers["X-Request-ID"] = number
    rule = request.url_rule.rule if request.url_rule else "(no page)"
    took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    fields = {
        "request": number,
        "method": request.method,
        "rule": rule,
        "status": response.status_code,
        "ms": took,
        "person": who.session_person_id(),
    }
    quiet = request.endpoint in COOKIELESS
    log.log(
        logging.DEBUG if quiet else logging.INFO,
        "answered",
        extra={"fields": fields},
    )
    return response


def install(app: Flask) -> None:
    """To be called first, so that every request has its number before anything else."""
    app.before_request(_begin)
    app.after_request(_end)
