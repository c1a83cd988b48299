"""What a mail or letter must be told, as a type (``template_data`` holds data to it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["letter", "notice", "link", "digest"]
"""``letter``: has effect in law or carries a decision; an unknown outcome is shown to a person.
``notice``: tells. ``link``: a personal link, left to expire when its outcome is unknown."""

POOL = {"pool_name": "texts", "contact": "contact"}
"""``contact``: ``{"name": texts, "phone": str, "email": str, "hours": texts}``."""
CASE = POOL | {"case_number": "str", "title": "str"}
"""What every message about a case is told."""
STAFF = {"pool_name": "texts", "case_number": "str", "title": "str"}


@dataclass(frozen=True, slots=True)
class Template:
    """``keys``: name → type. Types: ``str``, ``int`` , ``bool``, ``ore``, ``day`` (a date or ISO
    text), ``moment``, ``texts`` (``{"da": …, "en": …}``), ``lines`` (a list of str), ``waits``
    (of a digest: ``case``, ``wants``, ``due_on``, ``overdue``, ``href`` each), ``contact``,
    ``link``; a ``?`` at the end allows None. Every key must be there, but one whose type ends in
    ``~``.

    A ``link`` is ``{"purpose": str, "subject": str}``, for which a token is minted when the mail
    is sent, or ``{"path": "/…"}``, a page behind sign-in. On paper there is none.

    ``legal``: the Danish text follows after any other language.
    """

    keys: Mapping[str, str]
    legal: bool = False
    kind: Kind = "notice"
    digestible: bool = False
    """It can wait until a colleague's digest: it tells, and no day runs out."""
