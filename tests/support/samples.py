"""Data for every mail and letter: believable, and as bad as people or enemies can make it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pool.outbox.letter_templates import LETTERS
from pool.outbox.templates import TEMPLATES

MOMENT = datetime(2024, 10, 18, 10, 5, tzinfo=UTC)
URL = "https://puljen.example.dk/sag/abc-DEF_123"

ARABIC = "محمد العربي"
SCRIPT = "<script>alert('x')</script>&amp;<img src=x onerror=y>"

_PLAIN: Mapping[str, Any] = {
    "str": "Gadefest ved Voldparken",
    "int": 2024,
    "bool": True,
    "ore": 800_050,
    "day": "2024-10-18",
    "moment": "2024-10-18T10:05:00+00:00",
    "texts": {"da": "Pulje til Trygt byliv", "en": "Pool for safe urban life"},
    "lines": [ARABIC, "Voldparkens Beboerforening", "Gadelandet 1", "2700 Brønshøj"],
    "waits": [
        {
            "case": "2024-0012: Gadefest ved Voldparken",
            "wants": "Svar ansøgeren",
            "due_on": "2024-10-16",
            "overdue": True,
            "href": "https://puljen.example.dk/sager/2024-0012",
        },
        {
            "case": "2024-0013: Lektiecafé",
            "wants": "Skal afgøres",
            "due_on": None,
            "overdue": False,
            "href": "https://puljen.example.dk/sager/2024-0013",
        },
    ],
    "contact": {
        "name": {"da": "Sekretariatet", "en": "The secretariat"},
        "phone": "12 34 56 78",
        "email": "pulje@example.dk",
        "hours": {"da": "hverdage kl. 10-14", "en": "weekdays 10-14"},
    },
    "link": {"purpose": "case", "subject": "case:12"},
    "posts": [
        {"label": {"da": "Mad og drikke", "en": "Food and drink"}, "amount": 300_050},
        {"label": {"da": "Materialer", "en": "Materials"}, "amount": 500_000},
    ],
    "instalments": [
        {"amount": 500_050, "due_on": "2024-11-01"},
        {"amount": 300_000, "due_on": "2025-02-01"},
    ],
}

NASTY = (
    f"{SCRIPT} {ARABIC} {'ubrudt' * 40}\r\nBcc: spy@example.com\n\n.\n"
    "{{ 7*7 }} %(x)s %s #strong[x] \x00\x07\u202e\ud800 😀 漢字 æøå “”"
)
_HOSTILE: Mapping[str, Any] = {
    **_PLAIN,
    "str": NASTY,
    "texts": {"da": NASTY, "en": NASTY},
    "lines": [NASTY, ARABIC, ""],
    "waits": [
        {
            "case": NASTY,
            "wants": NASTY,
            "due_on": "2024-10-16",
            "overdue": True,
            "href": "https://puljen.example.dk/sager/x",
        }
    ],
    "contact": {
        "name": {"da": NASTY, "en": NASTY},
        "phone": SCRIPT,
        "email": "pulje@example.dk",
        "hours": {"da": NASTY, "en": NASTY},
    },
    "posts": [{"label": {"da": NASTY, "en": NASTY}, "amount": 1}],
}


def keys(template: str, letter: str | None = None) -> dict[str, str]:
    mail = TEMPLATES[template].keys if template in TEMPLATES else {}  # a letter no mail goes with
    return {**mail, **(LETTERS[letter] if letter else {})}


def data(
    template: str, letter: str | None = None, *, hostile: bool = False, empty: bool = False
) -> dict[str, Any]:
    """What the outbox would have frozen. ``empty``: None wherever that is allowed, and
    nothing that may be absent."""
    values = _HOSTILE if hostile else _PLAIN
    return {
        key: None if empty and kind.endswith("?") else values[kind.rstrip("?~")]
        for key, kind in keys(template, letter).items()
        if not (empty and kind.endswith("~"))
    }


def rendered(
    template: str, letter: str | None = None, *, hostile: bool = False, empty: bool = False
) -> dict[str, Any]:
    """As :func:`data`, with the link made into an address as the worker does."""
    made = data(template, letter, hostile=hostile, empty=empty)
    if made.get("link"):
        made["link"] = URL
    return made
