"""What stands in one cell of a posting, made into a day or øre. Each function raises :class:`Bad`
(a code and what its sentence names, worded by :mod:`pool.books.wording`)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from pool.files.tables import Cell, text_of
from pool.money import MAX_ORE
from workflows import dates
from workflows.values import Bad, clean

ORDERS = ("dmy", "mdy")
MARKS = (",", ".")

_PARTS = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{2}|\d{4})(?:[T ,].*)?\Z")
_EIGHT = re.compile(r"\d{8}\Z")
_NAMED = re.compile(r"[A-Za-z]")
_UNIT = re.compile(r"\A(?:dkk|kr\.?)\s*|\s*(?:dkk|kr\.?)\Z", re.IGNORECASE)
_MINUS = "-−–"
_FIRST = date(1899, 12, 30)
_SERIALS = range((dates.EARLIEST - _FIRST).days, (dates.LATEST - _FIRST).days + 1)
"""What a workbook has for a day of this century where the cell is not formatted as one."""
_BLANKS = re.compile(r"[\s'’]")


def _parts(cell: Cell) -> tuple[str, str, str] | None:
    """A day of two numbers and a year, as text has it; None where it is no such thing."""
    if isinstance(cell, date) or cell is None:
        return None
    text = dates.plain_digits(clean(text_of(cell)))
    if _EIGHT.fullmatch(text):
        if 1990 <= int(text[:4]) <= 2100:
            return text[:4], text[4:6], text[6:]
        return text[:2], text[2:4], text[4:]
    found = _PARTS.match(text)
    return (found[1], found[2], found[3]) if found else None


def tells_order(cell: Cell) -> str:
    """``dmy`` or ``mdy`` where only one of them makes a day of it, ``either`` where it is open,
    empty where nothing is to be told (a day of the calendar, the year first, twice the same)."""
    parts = _parts(cell)
    if parts is None or len(parts[0]) == 4:
        return ""
    first, second = int(parts[0]), int(parts[1])
    if first == second or not 1 <= max(first, second) <= 31 or min(first, second) < 1:
        return ""
    if first > 12:
        return "dmy" if second <= 12 else ""
    return "mdy" if second > 12 else "either"


def day(cell: Cell, order: str) -> date:
    """The day. ``order`` (one of :data:`ORDERS`) is of days whose year stands last. Codes
    ``missing``, ``date-shape``, ``date-none``."""
    if isinstance(cell, date):
        return _within(cell, cell.isoformat())
    if isinstance(cell, int | float) and cell in _SERIALS:
        return _FIRST + timedelta(days=int(cell))
    text = clean(text_of(cell))
    if not text:
        raise Bad("missing")
    parts = _parts(cell)
    if parts is None:
        if not _NAMED.search(text):
            raise Bad("date-shape", value=text[:40])
        try:
            return dates.parse(text)
        except dates.NotADay as error:
            raise Bad("date-shape", value=text[:40]) from error
    if len(parts[0]) == 4:
        year, month, number = parts
    elif order == "mdy":
        month, number, year = parts
    else:
        number, month, year = parts
    try:
        full = int(year) + (2000 if len(year) == 2 else 0)
        return _within(date(full, int(month), int(number)), text)
    except ValueError as error:
        if isinstance(error, Bad):
            raise
        raise Bad("date-none", value=text[:40]) from error


def _within(found: date, text: str) -> date:
    if not dates.EARLIEST <= found <= dates.LATEST:
        raise Bad("date-none", value=text[:40])
    return found


def tells_mark(cell: Cell) -> str:
    """The decimal mark the cell itself tells, empty where it tells none. Money has no three
    decimals: ``1.234`` tells that the dot stands between thousands."""
    if not isinstance(cell, str):
        return ""
    try:
        return _read(cell)[1]
    except Bad:
        return ""


def amount(cell: Cell, mark: str) -> int | None:
    """Øre, with its sign; None where nothing stands there, or a dash alone. ``mark`` is the
    file's decimal mark: a cell that tells the other is refused. Codes ``amount-shape``,
    ``amount-mark``, ``amount-ore``, ``amount-too-large``."""
    if cell is None or isinstance(cell, bool | date):
        if cell is None:
            return None
        raise Bad("amount-shape", value=text_of(cell))
    if isinstance(cell, int | float):
        return _ore(Decimal(repr(cell)), text_of(cell))
    text = clean(cell)
    if not text or text in _MINUS:
        return None
    value, told = _read(text)
    if told and mark and told != mark:
        raise Bad("amount-mark", value=text[:40])
    return value


def _ore(kroner: Decimal, text: str) -> int:
    if abs(kroner) * 100 > MAX_ORE:
        raise Bad("amount-too-large", value=text[:40])
    ore = round(kroner * 100)
    # a formula's result may be a hair off: 1234.5600000000001
    if abs(kroner * 100 - ore) > Decimal("0.0001"):
        raise Bad("amount-ore", value=text[:40])
    return int(ore)


def _read(typed: str) -> tuple[int, str]:
    """(øre, the decimal mark it tells or empty)."""
    text = _UNIT.sub("", dates.plain_digits(clean(typed))).strip()
    core, negative = _signed(text, typed)
    core = re.sub(r",[-−–]\Z", ",00", core)
    if not re.fullmatch(r"\d(?:[\d.,\s'’]*\d)?|[.,]\d{1,2}", core):
        raise Bad("amount-shape", value=typed.strip()[:40])
    core = _without_blanks(core, typed)
    whole, decimals, told = _divided(core, typed)
    ore = _ore(Decimal(f"{whole or 0}.{decimals or 0}"), typed)
    return (-ore if negative else ore), told


def _signed(text: str, typed: str) -> tuple[str, bool]:
    """What is left of the sign, and whether it is below zero."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text and text[0] in f"+{_MINUS}":
        return text[1:].strip(), text[0] != "+"
    if len(text) > 1 and text[-1] in f"+{_MINUS}" and text[-2] not in ",.":
        return text[:-1].strip(), text[-1] != "+"
    if not text:
        raise Bad("amount-shape", value=typed.strip()[:40])
    return text, False


def _without_blanks(core: str, typed: str) -> str:
    """``1 234 567,50``: blanks stand between thousands or nowhere."""
    if not _BLANKS.search(core):
        return core
    whole = re.split(r"[.,]", core)[0]
    if not re.fullmatch(r"\d{1,3}(?:[\s'’]\d{3})+", whole) or _BLANKS.search(core[len(whole) :]):
        raise Bad("amount-shape", value=typed.strip()[:40])
    return _BLANKS.sub("", core)


def _divided(core: str, typed: str) -> tuple[str, str, str]:
    """(kroner, decimals, told mark) of digits with dots and commas."""
    marks = [sign for sign in core if sign in ",."]
    if not marks:
        return core, "", ""
    last = marks[-1]
    other = "," if last == "." else "."
    head, _, tail = core.rpartition(last)
    if other in head:  # 1.234,56: the last one is the decimal mark
        if last in head or not _grouped(head, other):
            raise Bad("amount-shape", value=typed.strip()[:40])
        return head.replace(other, ""), tail, last
    if len(marks) > 1:  # 1.234.567
        if not _grouped(core, last):
            raise Bad("amount-shape", value=typed.strip()[:40])
        return core.replace(last, ""), "", other
    if len(tail) == 3 and 1 <= len(head) <= 3 and not head.startswith("0"):
        return head + tail, "", other
    return head, tail, last


def _grouped(text: str, mark: str) -> bool:
    return bool(re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+", text))
