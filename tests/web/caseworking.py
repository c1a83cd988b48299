"""Short ways for tests to work on cases through the pages, counting what is clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from flask import Flask
from sqlalchemy import event
from sqlmodel import col, select

from pool.cases import money
from pool.cases.access import NEVER_SENT
from pool.db import Database
from pool.models.case import Decision
from pool.models.identity import Person
from pool.models.outbox import Message
from tests.support.client import HostileClient, Page
from tests.support.house import World
from tests.support.people import sign_in

FREE = 9_600_000
"""What the pool has before anything is granted, øre."""

RECORD = {
    "record-made_where": "mail",
    "record-took_part": "Karim Holm, Jens Winther",
}
REASONS = "Prisen er høj for så få deltagere: 40 personer til 9.500 kr."


class Desk:
    """Somebody at work. ``clicks`` counts links followed and buttons pressed, radio buttons
    included; ``typed`` the fields written in."""

    def __init__(self, app: Flask, world: World, name: str) -> None:
        self.client = cast(HostileClient, app.test_client())
        self.world = world
        with world.database.read() as session:
            person = session.get_one(Person, world.people[name])
        sign_in(self.client, person)
        self.page: Page
        self.clicks = 0
        self.typed: list[str] = []

    def open(self, path: str, status: int = 200) -> Page:
        self.page = self.client.look(path, status)
        self.clicks, self.typed = 0, []
        return self.page

    def click(self, link: str) -> Page:
        self.clicks += 1
        response = self.client.get(self.page.link(link))
        self.page = (
            self.client.follow(response)
            if response.status_code == 303
            else self.client.page(response)
        )
        return self.page

    def press(
        self,
        button: str,
        *,
        choose: Mapping[str, str] | None = None,
        fields: Mapping[str, object] | None = None,
        status: int = 303,
        **typed: object,
    ) -> Page:
        """Choose radio buttons that are not chosen yet, write in fields, press."""
        chosen = dict(choose or {})
        values = {**(fields or {}), **typed}
        self.clicks += 1 + len(chosen.items() - checked(self.page))
        self.typed += values
        response = self.client.submit(self.page, {**values, **chosen}, button=button)
        assert response.status_code == status, self.client.page(response).errors
        self.page = self.client.follow(response) if status == 303 else self.client.page(response)
        return self.page


def checked(page: Page) -> set[tuple[str, str]]:
    """The radio buttons that are chosen on a page."""
    return {
        (one.attrib["name"], one.attrib["value"])
        for one in page.all("input")
        if one.attrib.get("type") == "radio" and "checked" in one.attrib
    }


def free(world: World) -> int:
    with world.database.read() as session:
        found = money.year(session, "urban-life", world.now.year)
        assert found is not None
        return found.free


def decisions(world: World, case_id: int) -> list[Decision]:
    with world.database.read() as session:
        found = session.exec(select(Decision).where(Decision.case_id == case_id)).all()
        session.expunge_all()
        return list(found)


def sent(world: World, case_id: int) -> list[str]:
    """The templates of the case's messages that went out or are about to, oldest first."""
    with world.database.read() as session:
        return list(
            session.exec(
                select(Message.template)
                .where(Message.case_id == case_id, col(Message.state).not_in(NEVER_SENT))
                .order_by(col(Message.id))
            )
        )


def number(world: World, case_id: int) -> str:
    return world.case(case_id).number


@contextmanager
def queries(database: Database) -> Iterator[list[str]]:
    """The SQL sent meanwhile."""
    seen: list[str] = []
    listener: Callable[..., None] = lambda *given: seen.append(given[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listener)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", listener)
