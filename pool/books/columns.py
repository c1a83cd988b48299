"""What the columns of a file of postings are, told by their headings, Danish or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pool.books import cells
from pool.files.tables import Cell, Line, shown
from workflows.values import Bad

ROLES: Mapping[str, str] = {
    "date": "Day of the posting",
    "amount": "Amount",
    "debit": "Debit",
    "credit": "Credit",
    "reference": "Reference",
    "text": "Text",
    "number": "The posting’s own number",
}
"""What a column may be → its label (a text of the catalogue), in the order of a page."""

_VOUCHERS = (
    "bilagsnr", "bilags nr", "bilagsnummer", "bilag", "bilag nr", "voucher",
    "voucher no", "voucher number", "document no", "document number", "dokumentnr",
    "dokumentnummer",
)  # fmt: skip

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "date": (
        "bogføringsdato", "bogføringsdag", "bogførings dato", "bogført", "bogført den",
        "posteringsdato", "posteringsdag", "posting date", "booking date", "date posted",
        "posted", "transaktionsdato", "transaction date", "dato", "date", "dag", "day",
        "bilagsdato", "document date", "betalingsdato", "payment date", "valørdato",
    ),
    "amount": (
        "beløb", "posteringsbeløb", "bogført beløb", "amount", "amount in local currency",
        "beløb i lokal valuta", "udbetalt",
        "udbetalt beløb", "amount paid", "value", "værdi",
    ),
    "debit": ("debet", "debit", "debetbeløb", "debet beløb", "debit amount"),
    "credit": ("kredit", "credit", "kreditbeløb", "kredit beløb", "credit amount"),
    "reference": (
        "betalingsid", "betalings id", "payment id", "betalingsreference", "payment reference",
        "reference", "referencenr", "referencenummer", "reference no", "reference number", "ref",
        "ref nr", *_VOUCHERS,
    ),
    "text": (
        "tekst", "posteringstekst", "bilagstekst", "bogføringstekst", "beskrivelse", "text",
        "posting text", "description", "narrative", "bemærkning",
    ),
    "number": (
        "posteringsnr", "posterings nr", "posteringsnummer", "postering nr", "posterings id",
        "posting no", "posting number", "posting id", "entry no", "entry number",
        "transaktionsnr", "transaktionsnummer", "transaktions id", "transaction no",
        "transaction number", "transaction id", "løbenr", "løbenummer", *_VOUCHERS,
    ),
}  # fmt: skip


def plain(heading: str) -> str:
    """Without case, brackets, units and signs: ``Bilags-nr. `` → ``bilags nr``."""
    text = re.sub(r"[(\[].*?[)\]]", " ", heading.casefold().replace("_", " "))
    text = re.sub(r"[^\w ]+", " ", text)
    text = re.sub(r"\b(?:i )?(?:dkk|kr|kroner)\b", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def candidates(headings: Sequence[str], role: str) -> list[str]:
    """The headings that may be ``role``, the plainest word for it first."""
    known = SYNONYMS[role]
    found = [one for one in headings if plain(one) in known]
    return sorted(found, key=lambda one: known.index(plain(one)))


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Role → heading, for those that can be told. Debit and credit win over an amount beside
    them, since they tell which way the money went."""
    found = {role: hits[0] for role in ROLES if (hits := candidates(headings, role))}
    if "debit" in found and "credit" in found:
        found.pop("amount", None)
    elif "amount" in found:
        found.pop("debit", None)
        found.pop("credit", None)
    return numbered(found, headings)


def numbered(found: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """With the column of the postings' own numbers, where there is one beside the reference."""
    used = found.get("reference")
    others = [one for one in candidates(headings, "number") if one != used]
    plainly = {role: one for role, one in found.items() if role != "number"}
    return plainly | ({"number": others[0]} if others else {})


def missing(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Roles without which nothing can be read: a day, and an amount or one of debit and credit."""
    short = [] if columns.get("date") else ["date"]
    if not any(columns.get(role) for role in ("amount", "debit", "credit")):
        short.append("amount")
    return tuple(short)


def heading_place(lines: Sequence[Line]) -> int | None:
    """Which of the first lines has the headings; None where the file begins with its postings.
    Above a table there may be its name and a date."""
    counts = [len(guess([cell for cell in shown(line.cells) if cell])) for line in lines]
    most = max(counts, default=0)
    if most >= 2:
        return counts.index(most)
    return None if lines and _is_posting(lines[0]) else 0


def _is_posting(line: Line) -> bool:
    """It has a day, and an amount beside it."""
    days = [at for at, cell in enumerate(line.cells) if _is_day(cell)]
    return bool(days) and any(
        at not in days and _is_amount(cell) for at, cell in enumerate(line.cells)
    )


def _is_day(cell: Cell) -> bool:
    try:
        return bool(cells.day(cell, "mdy" if cells.tells_order(cell) == "mdy" else "dmy"))
    except Bad:
        return False


def _is_amount(cell: Cell) -> bool:
    try:
        return cells.amount(cell, "") is not None
    except Bad:
        return False
