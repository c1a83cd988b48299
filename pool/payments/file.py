"""The file of a released list, as the accounting system reads it.

CSV, UTF-8 with its mark, semicolons, CRLF, decimal commas. The first cell of a row says what the
row is: ``BETALING`` a payment, ``SUM`` how many and how much in all, ``KÆDE`` the head of a chain
of the ledger when the list was released (``puljen ledger verify --anchor`` reads them out of the
file). The words are Danish whoever releases: the reader is a machine of the municipality.

What somebody typed and a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pool.ledger import Head
from workflows import cpr

COLUMNS = (
    "Post", "Liste", "Linje", "Sagsnummer", "Måde", "Modtagertype", "Modtagernummer", "Modtager",
    "Beløb", "Tekst", "Forfaldsdag",
)  # fmt: skip
WAYS = {
    "applicant": "Til ansøger",
    "invoice": "Faktura",
    "receipts": "Refusion af bilag",
    "internal": "Intern overførsel",
}
KINDS = {"cvr": "CVR", "ean": "EAN", "cpr": "CPR", "unit": "Enhed"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One payment. ``number`` is the receiver's, digits only; ``amount`` øre."""

    case_number: str
    way: str
    kind: str
    number: str
    name: str
    amount: int
    reference: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes, and their sha256 in hexadecimal."""

    body: bytes
    sha256: str


def make(list_name: str, lines: Sequence[Line], heads: Sequence[Head]) -> Made:
    """The same values give the same bytes."""
    file = io.StringIO(newline="")
    out = csv.writer(file, delimiter=";", lineterminator="\r\n")
    out.writerow(COLUMNS)
    for number, line in enumerate(lines, start=1):
        out.writerow(
            [
                *("BETALING", list_name, number, line.case_number),
                *(WAYS[line.way], KINDS[line.kind], _safe(_number(line)), _safe(line.name)),
                *(amount(line.amount), _safe(_text(line)), f"{line.due_on:%d-%m-%Y}"),
            ]
        )
    total = sum(line.amount for line in lines)
    out.writerow(["SUM", list_name, len(lines), "", "", "", "", "", amount(total), "", ""])
    for head in heads:
        told = f"puljen-head {head.book} {head.n} {head.hash}"
        out.writerow(["KÆDE", list_name, "", "", "", "", "", "", "", told, ""])
    body = b"\xef\xbb\xbf" + file.getvalue().encode()
    return Made(body, hashlib.sha256(body).hexdigest())


def amount(ore: int) -> str:
    """``1234567`` → ``12345,67``: no separator of thousands, which a machine might misread."""
    return f"{ore // 100},{ore % 100:02d}"


def _number(line: Line) -> str:
    return cpr.shown(line.number) if line.kind == "cpr" else line.number


def _text(line: Line) -> str:
    """What the receiver reads beside the amount: the case's number, and their own reference."""
    return f"{line.case_number} {line.reference}".strip()


def _safe(typed: str) -> str:
    return f"'{typed}" if typed.startswith(_FORMULA) else typed
