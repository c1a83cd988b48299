"""The cells of one sheet of an XLSX or ODS workbook, read by a process of its own::

    python -I cells.py LIMITS [SHEET] < workbook > JSON

Why a process: a workbook of two cells, A1 and the very last one, makes the reader ask for half a
terabyte and abort, and a packed part may be a thousand times larger than its list says; a long
text that is stored once may stand in every cell. Here the kernel's limits end that, what is handed
on is counted, and the only harm is an exit code. The file imports nothing of the house,
so that starting it costs little.

``LIMITS`` are rows, columns, bytes of memory, seconds, cells, characters in all and characters of a
cell, with commas. Out comes an object: ``names`` (the sheets with rows in them that are not hidden,
then the others), ``sheet`` and ``rows`` (the number of a line that is not blank, from the sheet's
first line, and its cells: text, numbers, true and false, null, and ``{"d": "2017-03-16"}`` for a
day), or ``error`` with a code of :mod:`pool.files.tables`.
"""

from __future__ import annotations

import datetime
import io
import json
import math
import sys
from typing import Any


def limit(memory: int, seconds: int) -> None:
    """Bind this process; where the system knows no such limit, the caller's clock is left."""
    try:
        import resource
    except ImportError:  # not on this system
        return
    for name, value in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):
            continue


def plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if isinstance(value, datetime.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return None if value == "" else value


def read(
    body: bytes,
    wanted: str | None,
    most_rows: int,
    most_columns: int,
    most_cells: int,
    most_text: int,
    longest: int,
) -> dict[str, Any]:
    """``names``, ``sheet`` and ``rows``, or ``error``."""
    import python_calamine as calamine

    book = calamine.load_workbook(io.BytesIO(body))
    shown = [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == calamine.SheetVisibleEnum.Visible
        and meta.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    names = shown or list(book.sheet_names)
    if wanted is not None and wanted not in book.sheet_names:
        return {"error": "no-sheet", "params": {"sheet": wanted[:100]}}
    rows: list[tuple[int, list[Any]]] = []
    name = wanted
    written = told = 0
    for name in names if wanted is None else [wanted]:
        sheet = book.get_sheet_by_name(name)
        rows = []
        if sheet.start is None:
            continue  # an empty sheet: the next one may have the table
        left = [None] * min(sheet.start[1], most_columns + 1)
        filled = 0
        for number, line in enumerate(sheet.iter_rows(), start=1):
            cells = [plain(value) for value in line]
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                continue
            filled += 1
            cells = left + cells
            if filled > most_rows + 1:  # the headings are one of them
                return {"error": "too-many-rows", "params": {"limit": most_rows}}
            if len(cells) > most_columns:
                return {"error": "too-many-columns", "params": {"limit": most_columns}}
            lengths = [len(cell) for cell in cells if isinstance(cell, str)]
            if lengths and max(lengths) > longest:
                return {"error": "cell-too-much", "params": {"limit": longest}}
            written, told = written + sum(lengths), told + len(cells)
            if written > most_text or told > most_cells:
                return {"error": "too-much"}
            rows.append((number, cells))
        if filled:
            break
    return {"names": names, "sheet": name, "rows": rows}


def main() -> None:
    most_rows, most_columns, memory, seconds, *most = (int(part) for part in sys.argv[1].split(","))
    limit(memory, seconds)
    body = sys.stdin.buffer.read()
    wanted = sys.argv[2] if len(sys.argv) > 2 else None
    try:
        found = read(body, wanted, most_rows, most_columns, *most)
    except MemoryError:
        found = {"error": "too-heavy"}
    except BaseException:  # whatever the reader thinks of: it is the file
        found = {"error": "damaged"}
    sys.stdout.write(json.dumps(found, ensure_ascii=True))


if __name__ == "__main__":
    main()
