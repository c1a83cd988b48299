"""``puljen books``: the municipality's own books beside ours."""

from __future__ import annotations

from pathlib import Path

import click

from pool.cli.failures import REFUSED
from pool.cli.ledger import YEARS
from pool.cli.parts import example

_POOL = click.option("--pool", "key", required=True, help="The pool's key, such as bydelspulje.")
_YEAR = click.option("--year", type=YEARS, required=True)


@click.group()
def books() -> None:
    """The municipality's own books beside ours, to the øre."""


@books.command(
    "import",
    epilog=example(
        "puljen books import posteringer.csv --pool bydelspulje --year 2026",
        "puljen books import konto.xlsx --pool bydelspulje --year 2026 --sign minus --dates dmy",
        'puljen books import ud.csv --pool bydelspulje --year 2026 --column "reference=Bilag 2"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_POOL
@_YEAR
@click.option("--sign", type=click.Choice(["plus", "minus"]), help="How paid-out money stands.")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="Day or month first.")
@click.option("--decimals", type=click.Choice([",", "."]), help="The decimal mark.")
@click.option("--separator", help="Between the columns: ; , | or tab.")
@click.option("--encoding", type=click.Choice(["utf-8", "cp1252", "utf-16"]))
@click.option("--sheet", help="Of a workbook; else its first with rows.")
@click.option(
    "--column",
    "chosen",
    multiple=True,
    metavar="ROLE=HEADING",
    help="Where a heading is not recognised: date, amount, debit, credit, reference, text, number.",
)
@click.option(
    "--again",
    type=click.Choice(["same", "new"]),
    help="Lines an earlier file had too, where that cannot be told.",
)
@click.option("--rest", is_flag=True, help="Take the rest where lines cannot be read.")
def import_(
    file: Path,
    key: str,
    year: int,
    sign: str | None,
    dates: str | None,
    decimals: str | None,
    separator: str | None,
    encoding: str | None,
    sheet: str | None,
    chosen: tuple[str, ...],
    again: str | None,
    rest: bool,
) -> None:
    """Take the postings of FILE (CSV or XLSX), and match them with the pool's payments.

    The same file again changes nothing. A line an earlier file had too is the same posting where
    it has a number of its own, or this file has all days of that one, or all its lines of several
    days; else say it with --again. Where the file does not tell how it is read, or a line
    cannot be read, nothing is taken and exit code is 1.
    """
    from pool.cli import reconciling  # the casework is loaded for this command only

    told = {
        "sign": sign,
        "dates": dates,
        "mark": decimals,
        "separator": "\t" if separator in ("tab", "\\t") else separator,
        "encoding": encoding,
        "sheet": sheet,
        "again": again,
    }
    reconciling.take(file, key, year, told, chosen, rest=rest)


@books.command(epilog=example("puljen books status --pool bydelspulje --year 2026"))
@_POOL
@_YEAR
def status(key: str, year: int) -> None:
    """Whether both agree to the øre, and each difference. Exit code 1 where they do not."""
    from pool.cli import reconciling

    if not reconciling.tell(key, year):
        click.get_current_context().exit(REFUSED)
