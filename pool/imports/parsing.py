"""What stands in one cell, made into a value. Each function raises :class:`Bad` (a code and what
its sentence names) and none looks at another cell.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from pool import money
from pool.imports.reading import Cell, text_of
from workflows import dates
from workflows.definition import Option
from workflows.values import Bad, blank, clean, line, lines

LONGEST_REASON = 8000
"""As the casework's own forms take them (``workflows.inputs``)."""

PRIVATE = frozenset(
    {"privatperson", "privat person", "en privatperson", "private person", "a private person",
     "privat", "private", "anonym", "anonymous", "borger", "en borger"}
)  # fmt: skip
"""An applicant who is told to be a private person, and not by name."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "association": ("association", "forening", "foreninger", "klub", "club", "fond", "foundation",
                    "idrætsforening", "idrætsklub", "frivillig forening", "society"),
    "municipal": ("municipal", "kommunal", "kommunalt", "kommune", "municipality", "forvaltning",
                  "kommunal enhed", "municipal unit"),
    "person": ("person", "privatperson", "privat person", "private person", "privat", "borger",
               "beboer", "resident", "enkeltperson", "individual"),
    "group": ("group", "gruppe", "borgergruppe", "beboergruppe", "netværk", "network"),
    "housing": ("housing", "boligsocial", "bolig", "boligafdeling", "boligorganisation",
                "boligselskab", "boligforening", "andelsforening",
                "andelsboligforening", "housing organisation", "housing department"),
    "institution": ("institution", "skole", "school", "daginstitution", "selvejende institution",
                    "kirke", "church", "menighedsråd"),
    "company": ("company", "virksomhed", "firma", "erhverv", "erhvervsdrivende", "business"),
}  # fmt: skip
"""Words for each of ``workflows.vocabulary.APPLICANT_KINDS``."""

DECISIONS: Mapping[str, tuple[str, ...]] = {
    "approved": ("approved", "granted", "accepted", "supported", "full", "bevilget", "bevilliget",
                 "bevilges", "bevilling", "godkendt", "godkendes", "imødekommet", "imødekommes",
                 "tilsagn", "støttet", "ja", "yes", "fuldt bevilget", "bevilget fuldt"),
    "part": ("part", "partial", "partly", "partly granted", "granted in part", "delvis", "delvist",
             "delvist bevilget", "delvis bevilling", "delvist imødekommet", "bevilget delvist",
             "nedsat", "nedsat bevilling"),
    "refused": ("rejected", "refused", "declined", "denied", "not granted", "no", "nej", "afslag",
                "afvist", "afslået", "afvises", "gives afslag", "ikke bevilget",
                "ikke imødekommet", "imødekommes ikke"),
}  # fmt: skip
"""``part`` only says that less was granted than asked for."""

INITIATIVES: Mapping[str, tuple[str, ...]] = {
    "initiative": ("initiative", "own initiative", "own", "yes", "true", "1", "x", "initiativ",
                   "eget initiativ", "egen aktivitet", "eget", "ja", "sand"),
    "application": ("application", "no", "false", "0", "ansøgning", "nej", "falsk"),
}  # fmt: skip

WAYS: Mapping[str, tuple[str, ...]] = {
    "meeting": ("meeting", "at a meeting", "møde", "på møde", "til møde", "på et møde"),
    "mail": ("mail", "e mail", "email", "by mail", "pr mail", "på mail", "via mail"),
    "phone": ("phone", "telephone", "by phone", "telefon", "pr telefon", "telefonisk"),
    "written": ("written", "in writing", "skriftlig", "skriftligt", "skriftlig behandling"),
}

_MONTHS = {
    spelled: number
    for names in dates.MONTHS.values()
    for number, name in enumerate(names, start=1)
    for spelled in (name.lower(), name.lower()[:3])
}
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})\s*[-./ ]\s*(?P<m>\d{1,2}|[a-z]+)\.?\Z")
_MONTH_FIRST = re.compile(r"(?P<m>\d{1,2}|[a-z]+)\.?,?\s*[-./ ]\s*(?P<y>\d{4})\Z")
_MIDNIGHT = re.compile(r"[t ]00[:.]00([:.]00)?(\.0+)?(z|\+00:00)?\Z")
_PROGRAMS = re.compile(r"\d{4,}\.\d{1,2}\Z")
_NOT_MONEY = {
    "negative": "amount-negative",
    "english": "amount-english",
    "too-large": "amount-too-large",
}


def word(text: str) -> str:
    """A word of a list, whatever its case, signs and blanks."""
    flat = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return re.sub(r"\s+", " ", re.sub(r"[^\w ]+", " ", flat)).strip()


def empty(cell: Cell) -> bool:
    return cell is None or blank(text_of(cell))


def one_line(cell: Cell, longest: int) -> str:
    """Text of one line. Codes ``missing``, ``too-long``."""
    text = line(text_of(cell), longest)
    if not text:
        raise Bad("missing")
    return text


def reason(cell: Cell) -> str:
    """Text of several lines; empty where there is none."""
    return lines(text_of(cell), LONGEST_REASON)


def applicant(cell: Cell) -> str | None:
    """The name; None for a private person who is not named."""
    name = one_line(cell, 200)
    return None if word(name) in PRIVATE else name


def meeting(cell: Cell) -> tuple[date, str]:
    """The day and ``day``, or a month's last day and ``month``: by then it was certainly made.

    Codes ``missing``, ``meeting-shape``, ``meeting-no-year``, ``meeting-none``.
    """
    if isinstance(cell, date):
        return _within(cell), "day"
    text = dates.plain_digits(clean(text_of(cell)).lower())
    text = _MIDNIGHT.sub("", re.sub(r"\s+", " ", text))
    if not text:
        raise Bad("missing")
    if len(text) > 60:
        raise Bad("meeting-shape", value=text[:40])
    for shape in (_YEAR_FIRST, _MONTH_FIRST):
        if found := shape.match(text):
            return _month(int(found["y"]), found["m"]), "month"
    try:
        return dates.parse(text), "day"
    except dates.NotADay as error:
        codes = {"date-no-year": "meeting-no-year", "date-shape": "meeting-shape"}
        raise Bad(codes.get(error.code, "meeting-none"), value=text) from error


def _month(year: int, typed: str) -> date:
    number = int(typed) if typed.isdigit() else _MONTHS.get(typed, 0)
    if not 1 <= number <= 12:
        raise Bad("meeting-shape" if not typed.isdigit() else "meeting-none", value=typed[:40])
    if not dates.EARLIEST.year <= year <= dates.LATEST.year:
        raise Bad("meeting-none", value=str(year))
    return date(year, number, calendar.monthrange(year, number)[1])


def _within(day: date) -> date:
    if not dates.EARLIEST <= day <= dates.LATEST:
        raise Bad("meeting-none", value=day.isoformat())
    return day


def amount(cell: Cell) -> int | None:
    """Whole øre; None where the cell is empty, which is *not known* and never 0.

    A number is kroner. Text is read as Danes write it; ``12700.00``, as programs write CSV, is
    taken too, since no Danish amount has four digits before a dot. Codes ``amount-shape``,
    ``amount-negative``, ``amount-english``, ``amount-too-large``, ``amount-ore``.
    """
    if empty(cell):
        return None
    if isinstance(cell, bool | date):
        raise Bad("amount-shape", value=text_of(cell))
    if isinstance(cell, int | float):
        return _kroner(Decimal(repr(cell)))
    text = clean(text_of(cell))
    if _PROGRAMS.match(text):
        return _kroner(Decimal(text))
    try:
        return money.parse(text)
    except money.NotMoney as error:
        raise Bad(_NOT_MONEY.get(error.code, "amount-shape"), value=text[:40]) from error


def _kroner(kroner: Decimal) -> int:
    if kroner < 0:
        raise Bad("amount-negative", value=str(kroner))
    if kroner * 100 > money.MAX_ORE:
        raise Bad("amount-too-large", value=str(kroner)[:40])
    ore = round(kroner * 100)
    # a formula's result may be a hair off: 1234.5600000000001
    if abs(kroner * 100 - ore) > Decimal("0.0001"):
        raise Bad("amount-ore", value=str(kroner)[:40])
    return int(ore)


def listed(cell: Cell, words: Mapping[str, Iterable[str]], code: str) -> str:
    """The key one of whose words stands in the cell. Codes ``missing`` and ``code``."""
    typed = word(text_of(cell))
    if not typed:
        raise Bad("missing")
    for key, known in words.items():
        if typed in known:
            return key
    raise Bad(code, value=clean(text_of(cell))[:60])


def option(text: str, options: Iterable[Option]) -> str:
    """The key of the option of that key or label, in any language. Code ``option-unknown``."""
    typed = word(text)
    for each in options:
        if typed in {word(each.key), *(word(label) for label in each.label.values())}:
            return each.key
    raise Bad("option-unknown", value=clean(text)[:60])


def several(cell: Cell, options: Iterable[Option]) -> list[str]:
    """The options named, semicolons or line ends between, each once, in the definition's order."""
    known = tuple(options)
    typed = re.split(r"[;\n|]", clean(text_of(cell)))
    found = {option(each, known) for each in typed if each.strip()}
    return [each.key for each in known if each.key in found]
