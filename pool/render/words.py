"""Words in a reader's language: translated texts, money, days and moments.

English is the source: a text is asked for by its English sentence, and the other languages stand
in ``templates/catalogues/<language>/<room>.po``. The catalogues are read when first needed and
kept. Nothing here knows of a web request.
"""

from __future__ import annotations

import gettext
import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import PoFileError, read_po
from markupsafe import Markup, escape

from pool import clock, money

log = logging.getLogger(__name__)

SOURCE = "en"
"""The language the texts are written in, in code and templates."""
AUTHORITATIVE = "da"
"""The language that counts in law, and the fallback of a :data:`Text` without the reader's."""

Text = Mapping[str, str]
"""One text in several languages: ``{"da": "…", "en": "…"}``."""

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LOCALES = {"en": "en_GB"}  # day before month, as everybody here writes it


class CatalogueError(ValueError):
    """The catalogues of a language contradict each other, or one cannot be read."""


class Words:
    """One language. Made by :func:`words`, never directly."""

    def __init__(
        self,
        lang: str,
        translations: Mapping[Any, Any],
        form: Callable[[int], int],
    ) -> None:
        self.lang = lang
        self._translations = translations
        self._form = form
        self._locale = Locale.parse(_LOCALES.get(lang, lang))

    def __repr__(self) -> str:
        return f"Words({self.lang!r})"

    @property
    def dir(self) -> str:
        """``rtl`` for languages written from right to left, else ``ltr``."""
        return "rtl" if self.lang in _RIGHT_TO_LEFT else "ltr"

    @property
    def name(self) -> str:
        """What the language calls itself: ``dansk``, ``English``."""
        return str(self._locale.languages.get(self.lang, self.lang))

    def t(self, msgid: str, /, **params: Any) -> str:
        """The text for the English ``msgid``, with ``%(name)s`` filled in.

        An untranslated text comes back in English. Percent signs are doubled in texts with
        parameters only. Where a parameter is :class:`~markupsafe.Markup` the whole result is,
        with the text and the other parameters escaped. A missing parameter is a ``KeyError``.
        """
        return _fill(self._translations.get(msgid, msgid), params)

    def stands(self, msgid: str | tuple[str, ...]) -> Any:
        """The translation as the catalogues have it, or None: a text, or the forms of a pair."""
        return self._translations.get(msgid)

    def plural(self, one: str, many: str, n: int, /, **params: Any) -> str:
        """The form of a text that goes with the number ``n`` (given to it as ``%(n)s``)."""
        forms = self._translations.get((one, many))
        chosen = forms[self._form(n)] if forms else (one if n == 1 else many)
        return _fill(chosen, {"n": n} | params)

    def text(self, text: Text | str) -> str:
        """The reader's language of ``text``, else the Danish. A plain string is itself."""
        if isinstance(text, str):
            return text
        return text.get(self.lang) or text[AUTHORITATIVE]

    def money(self, ore: int) -> str:
        """``96.000 kr.``: written in one way in every language, as on a Danish bank statement
        and as the forms take it. ``ore`` is whole øre."""
        return money.show(ore)

    def day(self, day: date | str) -> str:
        """``18. oktober 2024``, ``18 October 2024``. Takes ISO text too, as frozen data has it."""
        return format_date(_as_day(day), "long", locale=self._locale)

    def month(self, day: date | str) -> str:
        """``december 2016``, ``December 2016``: for what is known by its month. Takes ISO text of
        a day or a month."""
        if isinstance(day, str) and len(day) == 7:
            day += "-01"
        return format_date(_as_day(day), "LLLL y", locale=self._locale)

    def short_day(self, day: date | str) -> str:
        """``18.10.2024`` in every language."""
        return _as_day(day).strftime("%d.%m.%Y")

    def moment(self, moment: datetime | str) -> str:
        """``18. oktober 2024 kl. 12.05``, on Copenhagen's clock."""
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        local = clock.local(moment)
        return self.t(
            "%(day)s at %(time)s", day=self.day(local.date()), time=local.strftime("%H.%M")
        )


def languages() -> tuple[str, ...]:
    """The languages there are, Danish first, then English, then the others by code."""
    found = {
        entry.name for entry in _folder().iterdir() if entry.is_dir() and entry.name[0].isalpha()
    } | {SOURCE, AUTHORITATIVE}
    return tuple(sorted(found, key=lambda lang: (lang != AUTHORITATIVE, lang != SOURCE, lang)))


@cache
def words(lang: str) -> Words:
    """The words of ``lang``; of Danish where the language is not known.

    Where two files translate one text in two ways the first holds, and the log says so: a page
    with the lesser word is better than none. Raises :class:`CatalogueError` for an unreadable
    file.
    """
    if lang not in languages():
        return words(AUTHORITATIVE)
    found, form, conflicts = _read(lang)
    for conflict in conflicts:
        log.error("%s", conflict)
    return Words(lang, found, form)


def conflicts(lang: str) -> list[str]:
    """Texts that two catalogues of ``lang`` translate in two ways, a sentence each."""
    return _read(lang)[2]


def _read(lang: str) -> tuple[dict[Any, Any], Callable[[int], int], list[str]]:
    found: dict[Any, Any] = {}
    """An English text, or its pair of singular and plural, to its translation or forms."""
    sources: dict[Any, str] = {}
    form: Callable[[int], int] = _english_form
    told: list[str] = []
    folder = _folder() / lang
    if not folder.is_dir():
        return found, form, told
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if not entry.name.endswith(".po"):
            continue
        try:
            with entry.open("rb") as file:
                catalogue = read_po(file, locale=lang, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            raise CatalogueError(f"{lang}/{entry.name}: {error}") from error
        form = gettext.c2py(catalogue.plural_expr)
        for message in catalogue:
            key, value = message.id, message.string
            if not key or message.fuzzy or not _full(value):
                continue
            known = found.setdefault(key, value)
            if known != value:
                told.append(
                    f"{key!r} is {known!r} in {lang}/{sources[key]}"
                    f" and {value!r} in {lang}/{entry.name}: give it one translation"
                )
            sources.setdefault(key, entry.name)
    return found, form, told


def _folder() -> Any:
    return files("templates") / "catalogues"


def _english_form(n: int) -> int:
    return 0 if n == 1 else 1


def _full(string: Any) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


def _fill(text: str, params: Mapping[str, Any]) -> str:
    if not params:
        return text
    if any(isinstance(value, Markup) for value in params.values()):
        return (escape(text) % params).replace("kr..", "kr.")
    return (text % params).replace("kr..", "kr.")  # an amount that ends a sentence ends it


def _as_day(day: date | str) -> date:
    if isinstance(day, str):
        return date.fromisoformat(day)
    if not isinstance(day, date):  # Babel would say today
        raise TypeError(f"{day!r} is no day")
    return clock.local_day(day) if isinstance(day, datetime) else day
