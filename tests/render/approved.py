"""What every mail and letter says, as text that is approved by reading it.

``tests/render/approved/<name>.<language>.txt`` has a mail's subject, plain text and HTML, and the
plain data its letter is typeset of; each with believable data, with nothing that may be left out,
and with the worst that can be typed. ``frame.<language>.txt`` is what stands around all mails.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pool.outbox.letter_templates import LETTERS
from pool.outbox.template_data import freeze
from pool.outbox.templates import TEMPLATES
from pool.render.letter import letter, printed
from pool.render.mail import mail
from pool.render.typeset import cleaned
from pool.render.words import languages
from tests.support import samples

FOLDER = Path(__file__).parent / "approved"
FRAME = "frame"
HOW: dict[str, dict[str, bool]] = {
    "believable": {},
    "as little as may be": {"empty": True},
    "hostile": {"hostile": True},
}
_SHOWN_AS_THEY_ARE = frozenset("\n\u00a0")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LONG = "ubrudt" * 40
_TYPED = {
    "answer": "Ja, vi har lånt salen den 14. juni.\n\nLene",
    "applicant": "Lene Bruun",
    "began": "16.00",
    "begins_at": "16.00",
    "by": "Karim Holm",
    "case_number": "BT-2024-0012",
    "ends_at": "17.30",
    "facts": "Politiet har ikke givet tilladelse til at lukke vejen.",
    "list_name": "Uge 42",
    "new_number": "KV-2024-0003",
    "outreach": "Vi stemmer dørklokker og taler med folk på pladsen.",
    "place": "Kvarterhuset, lokale 2",
    "question": "Hvor mange kom til de åbne værksteder?",
    "questions": "Hvem står for maden?\nHar I lov til at bruge pladsen?",
    "reason": "Arbejdsgruppen mangler oplysninger om pladsen og mødes først i næste uge.",
    "reasons": "Gadefesten samler naboer, der ikke kender hinanden.\n\nDer gives ikke til telt.",
    "reference": "Puljen BT-2024-0012",
    "source": "Politiets svar af 2. oktober 2024",
    "text": "Husk at hente nøglen hos viceværten.",
    "where": "Hvad pengene gik til",
}
"""Values of more sense than the one every text of the samples has, by their key."""


def names() -> list[str]:
    """Every mail, then the letters no mail of the same name goes with."""
    return [*TEMPLATES, *(name for name in LETTERS if name not in TEMPLATES)]


def path(name: str, lang: str) -> Path:
    return FOLDER / f"{name}.{lang}.txt"


def every() -> list[tuple[str, str]]:
    """(name, language) of every file there is to be."""
    return [(name, lang) for name in [FRAME, *names()] for lang in languages()]


def made(name: str, lang: str) -> str:
    """What the file of ``name`` in ``lang`` says if the templates are as they are now."""
    parts = _frame(lang) if name == FRAME else _parts(name, lang)
    return "".join(f"=== {title}\n{_visible(text).rstrip()}\n\n" for title, text in parts)


def _parts(name: str, lang: str) -> Iterator[tuple[str, str]]:
    for how, flags in HOW.items():
        if name in TEMPLATES:
            data = _frozen(name, None, flags)
            told = mail(name, lang, data, legal=TEMPLATES[name].legal)
            yield f"{how}: subject", told.subject
            yield f"{how}: plain text", told.text
            yield f"{how}: HTML", _main(told.html)
        if name in LETTERS:
            yield f"{how}: letter", _sheet(name, lang, flags)


def _frame(lang: str) -> Iterator[tuple[str, str]]:
    html = mail("receipt", lang, _frozen("receipt", None, {})).html
    yield "the frame around a mail", html.replace(_main(html), "…\n")
    if lang == languages()[0]:
        data = _frozen("receipt", None, {}) | {"link": None}
        recipient = samples.data("decision-full", "decision-full")["recipient"]
        with _caught() as sheets:
            printed("receipt", lang, data, recipient=recipient, moment=samples.MOMENT, legal=True)
        yield "a mail on paper", sheets[0]


def _main(html: str) -> str:
    """What is a mail's own: all between the ``main`` of the frame."""
    return html.partition("<main>\n")[2].rpartition("</main>")[0]


def _frozen(name: str, with_letter: str | None, flags: dict[str, bool]) -> dict[str, Any]:
    """The data as the outbox keeps it, with an address where a link is."""
    data = samples.rendered(name, with_letter, **flags)
    if not flags.get("hostile"):
        data |= {
            key: _TYPED[key]
            for key, value in data.items()
            if value and key in _TYPED and isinstance(value, str)
        }
    return freeze(data)


def _sheet(name: str, lang: str, flags: dict[str, bool]) -> str:
    data = _frozen(name, name, flags)
    own = {key: data[key] for key in LETTERS[name] if key in data}
    with _caught() as sheets:
        letter(name, lang, own, moment=samples.MOMENT)
    return sheets[0]


class _caught:  # noqa: N801 - reads as the statement it is used in
    """Letters up to the typesetter, which gets plain data: what it was given, a block a line."""

    def __enter__(self) -> list[str]:
        self.sheets: list[str] = []
        self._patch = patch("pool.render.letter.typeset", self._typeset)
        self._patch.start()
        return self.sheets

    def __exit__(self, *_: object) -> None:
        self._patch.stop()

    def _typeset(self, template: str, sheet: dict[str, Any], **_: object) -> bytes:
        plain = cleaned(sheet)
        lines = [f"{key}: {_json(value)}" for key, value in plain.items() if key != "parts"]
        for number, part in enumerate(plain["parts"], 1):
            own = {key: value for key, value in part.items() if key != "blocks"}
            lines += ["", f"part {number}: {_json(own)}", *map(_json, part["blocks"])]
        self.sheets.append("\n".join([template, *lines]))
        return b""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _visible(text: str) -> str:
    """With names for what is not seen, so that a file can be read, and kept, by any program."""
    shown = "".join(
        one
        if one in _SHOWN_AS_THEY_ARE or unicodedata.category(one) not in _HIDDEN
        else one.encode("unicode_escape").decode()
        for one in text
    )
    lines = shown.replace(_LONG, "ubrudt(×40)").split("\n")
    return "\n".join(line.rstrip(" ") for line in lines)
