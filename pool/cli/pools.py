"""``puljen workflow``: the pools' definition files."""

from __future__ import annotations

from pathlib import Path

import click

from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.parts import example


@click.group()
def workflow() -> None:
    """The pools' definitions: files that say all that differs between pools."""


@workflow.command(epilog=example("puljen workflow check", "puljen workflow check ./byfest.toml"))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
def check(files: tuple[Path, ...]) -> None:
    """Check FILES, or every definition in use: each fault with file, line and remedy."""
    from workflows.faults import DefinitionError, Fault
    from workflows.loading import load, load_all

    if not files:
        definitions = list(load_all(settings_room.load().definitions_dir).values())
    else:
        faults: list[Fault] = []
        definitions = []
        for path in files:
            try:
                definitions.append(load(path))
            except DefinitionError as error:
                faults.extend(error.faults)
        if faults:
            raise DefinitionError(faults)
    for definition in definitions:
        click.echo(
            f"{definition.key} version {definition.version}: {len(definition.states)} states, "
            f"{len(definition.transitions)} transitions, no fault"
        )


@workflow.command(
    epilog=example(
        "puljen workflow draw urban-life > urban-life.svg",
        "puljen workflow draw knowledge --markdown --language en",
    )
)
@click.argument("pool")
@click.option("--language", type=click.Choice(["da", "en"]), default="da", show_default=True)
@click.option("--markdown", is_flag=True, help="A description in words instead of a picture.")
def draw(pool: str, language: str, markdown: bool) -> None:
    """Print POOL's diagram (SVG): its states and who moves a case from one to the next."""
    from workflows import diagram
    from workflows.loading import load_all

    definitions = load_all(settings_room.load().definitions_dir)
    if pool not in definitions:
        raise NotDone(f"There is no pool {pool!r}: choose among {', '.join(definitions)}.")
    make = diagram.markdown if markdown else diagram.svg
    click.echo(make(definitions[pool], language))


@workflow.command(epilog=example("puljen workflow compare ./byfest-1.toml ./byfest-2.toml"))
@click.argument("old", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", type=click.Choice(["da", "en"]), default="da", show_default=True)
def compare(old: Path, new: Path, language: str) -> None:
    """Say what follows when NEW takes the place of OLD, a sentence for each difference."""
    from workflows.compare import compare as differences
    from workflows.loading import load
    from workflows.wording_compare import SENTENCES

    before, after = load(old), load(new)
    if before.key != after.key:
        raise NotDone(f"{old} is about {before.key}, {new} about {after.key}: choose two of one.")
    if after.version <= before.version and after.source != before.source:
        raise NotDone(
            f"{new} has version {after.version}, {old} version {before.version}: every change is a "
            "new version, so give the new file a higher one."
        )
    found = differences(before, after).differences
    for one in found:
        click.echo(one.text[language])
    name = "new-cases" if found else "same"
    click.echo(SENTENCES[name][language] % {"version": before.version})
