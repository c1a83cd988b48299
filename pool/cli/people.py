"""``puljen user``: people who sign in."""

from __future__ import annotations

import click
from sqlmodel import Session

from pool import clock
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.parts import example, house_database

LINK_HOURS = 24
"""How long the link to choose a password works. It is handed over by a person, not mailed."""


@click.group()
def user() -> None:
    """People who sign in."""


@user.command(
    epilog=example(
        'puljen user add mette@example.dk --name "Mette Holm" --role secretariat',
        'puljen user add ali@example.dk --name "Ali Kaya" --role member@urban-life --role '
        "chair@knowledge",
    )
)
@click.argument("email")
@click.option("--name", required=True, help="As it stands in the journal.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help="ROLE in all pools, or ROLE@POOL in one; may be given several times.",
)
@click.option("--organisation", default="", help="Whom they work for.")
def add(email: str, name: str, roles: tuple[str, ...], organisation: str) -> None:
    """Add somebody, and print the link by which they choose a password."""
    from pool.identity import people
    from workflows.loading import load_all

    settings = settings_room.load()
    pools = load_all(settings.definitions_dir)
    wanted = [_role(typed, set(pools), set(people.STAFF_ROLES)) for typed in roles]
    database, now = house_database(settings), clock.now()

    def work(session: Session) -> str:
        from pool import journal
        from pool.identity.actor import SYSTEM
        from pool.outbox import security

        person = people.add_person(
            session, email=email, name=name, now=now, organisation=organisation
        )
        assert person.id is not None
        for role, pool in wanted:
            people.grant_role(session, person.id, role, pool)
        names = {key: one.name for key, one in pools.items()}
        security.roles_changed(session, person, given=wanted, pools=names, now=now)
        journal.write(
            session,
            "system",
            "person-added",
            SYSTEM,
            now=now,
            data={
                "person": person.id,
                "roles": [{"role": role, "pool": pool} for role, pool in wanted],
                "from": "command-line",
            },
        )
        return _link(session, person.id, settings.base_url)

    try:
        link = database.write(work)
    except people.IdentityError as error:
        raise NotDone(_why(error, email)) from error
    click.echo(f"{name} can sign in after choosing a password here, within {LINK_HOURS} hours:")
    click.echo(link)


@user.command(epilog=example("puljen user reset mette@example.dk"))
@click.argument("email")
def reset(email: str) -> None:
    """Print a new link by which somebody chooses another password.

    The old password works until they do. Links printed earlier work no more.
    """
    from pool.identity import people, tokens

    settings, now = settings_room.load(), clock.now()

    def work(session: Session) -> str:
        person = people.find_by_email(session, email)
        if person is None or person.id is None or not person.active:
            raise NotDone(f"Nobody with the address {email} can sign in: add them first.")
        tokens.revoke_all(session, "reset", f"person:{person.id}", now)
        return _link(session, person.id, settings.base_url)

    link = house_database(settings).write(work)
    click.echo(f"A new password can be chosen here, within {LINK_HOURS} hours:")
    click.echo(link)


def _link(session: Session, person_id: int, base_url: str) -> str:
    from pool.identity import tokens

    raw = tokens.mint(
        session,
        "reset",
        f"person:{person_id}",
        now=clock.now(),
        minutes=LINK_HOURS * 60,
        once=True,
    )
    return f"{base_url}/adgangskode/{raw}"


def _role(typed: str, pools: set[str], roles: set[str]) -> tuple[str, str | None]:
    role, _, pool = typed.partition("@")
    if role not in roles:
        raise NotDone(f"There is no role {role!r}: choose among {', '.join(sorted(roles))}.")
    if pool and pool not in pools:
        raise NotDone(f"There is no pool {pool!r}: choose among {', '.join(sorted(pools))}.")
    return role, pool or None


def _why(error: Exception, email: str) -> str:
    sentences = {
        "email-shape": f"{email!r} is no e-mail address: write it as name@place.dk.",
        "email-taken": f"Somebody with the address {email} is there already: use `puljen user "
        "reset` for a new password.",
        "name-empty": "The name is empty: give the one that shall stand in the journal.",
    }
    return sentences.get(getattr(error, "code", ""), str(error))
