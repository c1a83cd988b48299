"""``puljen import-cases``: cases that were decided elsewhere, out of a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from pool.cli.failures import REFUSED
from pool.cli.ledger import YEARS
from pool.cli.parts import example
from pool.imports.columns import BY_KEY


@click.command(
    "import-cases",
    epilog=example(
        "puljen import-cases bydelspuljen.xlsx --pool bydelspulje --year 2017 --budget 1.700.000",
        "puljen import-cases old.csv --pool urban-life --year 2023 --dry-run",
        'puljen import-cases old.csv --pool urban-life --year 2023 --column "granted=Kroner"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pool", "key", required=True, help="The pool's key, such as urban-life.")
@click.option("--year", type=YEARS, required=True, help="The year whose money it was.")
@click.option("--budget", help="Kroner the year is opened with where it is not in the books.")
@click.option("--source", default="", help="Where the facts stand, for who checks them later.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen, and do nothing.")
@click.option("--sheet", help="Of a workbook; else its first with rows.")
@click.option(
    "--column",
    "chosen",
    multiple=True,
    metavar="FIELD=HEADING",
    help=f"Where a heading is not recognised. Fields: {', '.join(BY_KEY)}.",
)
def import_cases(
    file: Path,
    key: str,
    year: int,
    budget: str | None,
    source: str,
    dry_run: bool,
    sheet: str | None,
    chosen: tuple[str, ...],
) -> None:
    """Bring decided cases in from FILE (XLSX, ODS or CSV), each through the pool's own workflow.

    Letters are stored and never sent. A row that cannot be brought in is told with its line and
    the reason, and the others stand; what was brought in before is left as it is. Exit code 1
    where a row was refused, or says something else than what is there.
    """
    from pool.cli import importing  # the casework is loaded for this command only

    asked = importing.Asked(
        pool=key,
        year=year,
        budget=importing.kroner(budget),
        source=source,
        name=file.name,
        body=importing.contents(file),
        sheet=sheet,
        columns=importing.chosen(chosen),
    )
    if not importing.do(asked, dry_run=dry_run):
        click.get_current_context().exit(REFUSED)
