"""``puljen ledger verify``, ``acknowledge``, ``heads`` and ``export``: that the books are right,
shown to whoever doubts."""

from __future__ import annotations

import email
import email.policy
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from sqlmodel import Session

from pool import clock
from pool.cli.failures import REFUSED, NotDone
from pool.cli.ledger import ledger
from pool.cli.parts import example, house_database

if TYPE_CHECKING:
    from pool.ledger import Fault, Report
    from pool.ledger.export import Format

ANCHOR = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_anchored = click.option(
    "--anchor",
    "anchors",
    type=ANCHOR,
    multiple=True,
    help="A file with heads that were kept elsewhere (`puljen ledger heads`, or the mail with "
    "them); may be given several times.",
)


def _faults(session: Session, files: tuple[Path, ...]) -> tuple[Report, tuple[Fault, ...]]:
    """The report, and everything that is wrong in it and in the journal, broken rows first."""
    from pool import journal
    from pool import ledger as books
    from pool.ledger import anchors, known_breaks

    found = []
    for path in files:
        try:
            found.append(anchors.read(_text(path.read_bytes())))
        except anchors.AnchorsUnreadable as error:
            told = ", ".join(str(line) for line in error.lines)
            raise NotDone(
                f"{path}: line {told} is not a whole head: a book, a number, and 64 digits."
                if told
                else f"{path} holds no head of a chain: a line reads `puljen-head BOOK N HASH`."
            ) from error
    report = books.verify(session, [head for one in found for head in one.books])
    record = journal.verify(session, [head for one in found for head in one.streams])
    return report, (*report.faults, *known_breaks.faults_of(session, record))


def _text(body: bytes) -> str:
    """A file's text; of a mail saved whole, that of its message, whose lines are whole again."""
    mail = email.message_from_bytes(body, policy=email.policy.default)
    part = mail.get_body(("plain",)) if "Message-ID" in mail else None
    return body.decode("utf-8", errors="replace") if part is None else str(part.get_content())


@ledger.command(
    epilog=example(
        "puljen ledger verify",
        "puljen ledger verify --anchor heads-2024-12-31.txt",
        "puljen ledger verify --json",
    )
)
@_anchored
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(anchors: tuple[Path, ...], as_json: bool) -> None:
    """Fold every transfer anew and compare: balances, chain, guards, invariants, journal; and,
    with --anchor, the heads that were kept outside.

    Names the first broken row. Exit code 1 where something is wrong that was not acknowledged.
    """
    from pool.ledger import known_breaks

    with house_database().read() as session:
        report, faults = _faults(session, anchors)
        found = known_breaks.sort(session, faults)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "ok": not found.new,
                    "transfers": report.transfers,
                    "accounts": report.accounts,
                    "heads": [asdict(head) for head in report.heads],
                    "first": found.new[0].where if found.new else None,
                    "faults": [asdict(fault) for fault in found.new],
                    "known": [
                        asdict(fault) | {"acknowledged_by": known.by, "reason": known.reason}
                        for fault, known in found.known
                    ],
                }
            )
        )
    else:
        if found.new:
            click.echo(f"The first broken row: {found.new[0].where}")
        for fault in found.new:
            click.echo(f"WRONG  {fault.where}: {fault.code} {fault.detail}".rstrip())
        for fault, known in found.known:
            click.echo(
                f"KNOWN  {fault.where}: {fault.code} {fault.detail}".rstrip()
                + f" (acknowledged {known.at:%Y-%m-%d} by {known.by}: {known.reason})"
            )
        for head in report.heads:
            click.echo(f"{head.book}: {head.n} transfers, the newest {head.hash}")
        if not found.new:
            agree = "all agree" if not found.known else "nothing is wrong but what is known"
            click.echo(f"{report.transfers} transfers, {report.accounts} accounts: {agree}")
    if found.new:
        click.get_current_context().exit(REFUSED)


@ledger.command(
    epilog=example(
        "puljen ledger acknowledge urban-life/17 text --by revisor@example.dk --reason "
        '"Changed in the database on 3 May, see report 12; the right amount is 1.200 kr."'
    )
)
@click.argument("where")
@click.argument("code")
@click.option("--by", "email", required=True, help="The e-mail address of who answers for it.")
@click.option("--reason", required=True, help="What happened, and why it cannot be mended.")
@_anchored
def acknowledge(where: str, code: str, email: str, reason: str, anchors: tuple[Path, ...]) -> None:
    """Note a break that `verify` names (WHERE and CODE as it prints them) as known, with a reason.

    It stays visible, and is no longer an alarm. Another break at the same place is a new one.
    """
    from pool import identity
    from pool.ledger import known_breaks

    def work(session: Session) -> int:
        person = identity.find_by_email(session, email)
        if person is None:
            raise NotDone(f"Nobody here has the address {email}: see `puljen user --help`.")
        _, faults = _faults(session, anchors)
        actor = identity.actor(session, person, None)
        try:
            found = known_breaks.acknowledge(
                session,
                where=where,
                code=code,
                reason=reason,
                actor=actor,
                now=clock.now(),
                faults=faults,
            )
        except known_breaks.NoSuchBreak as error:
            raise NotDone(
                f"`puljen ledger verify` finds no {code!r} at {where!r}: nothing was noted."
            ) from error
        except known_breaks.CanBeMended as error:
            raise NotDone(
                f"A guard is put back, not acknowledged: `puljen db upgrade` mends {where!r}."
            ) from error
        except ValueError as error:
            raise NotDone("Say what happened with --reason.") from error
        return len(found)

    noted = house_database().write(work)
    click.echo(f"{noted} noted as known" if noted else "It was noted as known before.")


@ledger.command(epilog=example("puljen ledger heads > heads-2024-12-31.txt"))
def heads() -> None:
    """Print the newest link of every chain, to be kept outside: `verify --anchor` reads them."""
    from pool import journal
    from pool import ledger as books
    from pool.ledger import anchors

    with house_database().read() as session:
        click.echo(anchors.write(books.heads(session), journal.heads(session)), nl=False)


@ledger.command(
    epilog=example(
        "puljen ledger export --format hledger > puljen.journal && hledger -f puljen.journal bal",
        "puljen ledger export --format csv --pool urban-life > transfers.csv",
    )
)
@click.option("--format", "form", type=click.Choice(["hledger", "csv", "jsonl"]), required=True)
@click.option("--pool", "keys", multiple=True, help="The books to take out; all unless told.")
def export(form: str, keys: tuple[str, ...]) -> None:
    """Print every transfer in a form other programs read."""
    from pool.ledger import export as exporting

    with house_database().read() as session:
        try:
            for piece in exporting.export(session, cast("Format", form), keys):
                sys.stdout.write(piece)
        except KeyError as error:
            raise NotDone(f"There is no book {error.args[0]!r}.") from error
