"""A page's own pass: a signed hidden field that says whom the page was shown to.

It was put there by us, into a page that only who may see the draft or case was given, so a post
that carries it was sent from that page: guard enough when the session has ended meanwhile. So a
resident who takes two evenings over a form, or sends it the next morning, loses nothing (files
included) and is not asked to press twice.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField

from pool.web.forms import Form
from pool.web.kept import is_restored

FIELD = "page_pass"
DRAFT_SECONDS = 60 * 24 * 3600
"""As long as a draft: its address is a secret of the same worth."""
CASE_SECONDS = 3 * 24 * 3600
"""An answer begun in the evening is sent the next morning; a forgotten tab is not for ever."""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(current_app.config["PULJEN_KEYS"]), salt="page-pass")


def issue(subject: str) -> str:
    """A pass to ``subject`` (``draft:7``, ``case:12``)."""
    return str(_serializer().dumps(subject))


def carried(subject: str) -> bool:
    """Whether this post comes from a page that was shown to somebody who had ``subject``."""
    typed = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not typed or is_restored():
        return False
    seconds = DRAFT_SECONDS if subject.startswith("draft:") else CASE_SECONDS
    try:
        return bool(_serializer().loads(typed, max_age=seconds) == subject)
    except BadSignature:
        return False


class PassForm(Form):
    """A form whose post also counts when it carries its page's pass. Give ``subject``."""

    page_pass = HiddenField()

    def __init__(self, *args: Any, subject: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._subject = subject
        self.page_pass.data = issue(subject)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if fine or not carried(self._subject):
            return fine
        self.csrf_token.errors = []
        return not self.errors
