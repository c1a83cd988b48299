"""The whole life of money, at random, against an independent model: years of two books opened,
given money, earmarked, granted in instalments, paid in parts, returned, reversed, carried over,
moved between books, closed for good, and what comes back after that.

Where the model says no, so must the ledger, and nothing may have moved; where it says yes, every
balance agrees afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.db import Database
from pool.ledger.books import account, open_account
from pool.models.ledger import Account
from tests.support.cases import NOW, granted_case

BOOKS = ("urban-life", "knowledge")
YEARS = (2022, 2023, 2024)
Place = tuple[str, int, str]
"""Book, year, and the account's name; the part before a colon is its kind."""


class No(Exception):
    """The model refuses."""


class Model:
    """Money in places, and years that close: all there is to it."""

    def __init__(self) -> None:
        self.at: dict[Place, int] = defaultdict(int)
        self.state: dict[tuple[str, int], str] = {}

    def move(self, kind: str, a: Place, b: Place, amount: int, *, back: bool = False) -> None:
        state, kinds = self.state[a[:2]], (a[2].split(":")[0], b[2].split(":")[0])
        if state == "closed" and kinds not in (("paid", "source"), ("source", "paid")):
            raise No
        if state == "closing" and not back and kind in ("appropriate", "earmark", "hold"):
            raise No
        if amount < 1 or (kinds[0] != "source" and self.at[a] < amount):
            raise No
        self.at[a] -= amount
        self.at[b] += amount

    def all_of(self, moves: Sequence[tuple[str, Place, Place, int]]) -> None:
        before = dict(self.at)
        try:
            for move in moves:
                self.move(*move)
        except No:
            self.at = defaultdict(int, before)
            raise

    def turn(self, year: tuple[str, int], state: str) -> None:
        now = self.state[year]
        left = [n for p, n in self.at.items() if p[:2] == year and p[2][:4] in "free earm held"]
        if (now, state) not in {("open", "closing"), ("closing", "open"), ("closing", "closed")}:
            if now != state:
                raise No
        elif state == "closed" and any(left):
            raise No
        self.state[year] = state


class Held(NamedTuple):
    place: Place
    account: int
    above: Place
    ids: dict[str, Any]


class Paid(NamedTuple):
    place: Place
    transfer: int
    held: Held


NUMBER = st.integers(0, 999)
TENTHS = st.sampled_from([3, 5, 5, 8, 10, 10, 0, 11])
REFUSALS = (ledger.LedgerError,)


class Life(RuleBasedStateMachine):
    """Every rule does the same to both."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        engine = database.engine.execution_options(puljen_begin="IMMEDIATE")
        self.session = Session(engine)
        self.model = Model()
        self.ids: dict[Place, int] = {}
        self.marks: list[Place] = []
        self.held: list[Held] = []
        self.paid: list[Paid] = []
        self.done: list[tuple[int, str, Place, Place, int]] = []
        self.commands = 0
        self.last: tuple[str, list[ledger.Line]] | None = None
        for book in BOOKS:
            for year in YEARS[:2]:
                self._open(book, year)
        for book in BOOKS:
            for year in YEARS[:2]:
                self._give(book, year, 400)
        for number in range(
            3
        ):  # so that there is something to pay, return and carry from the start
            self.grant(number, [8, 4])
            self.pay(number, 5)

    def teardown(self) -> None:
        try:
            for (book, year), state in self.model.state.items():
                told = ledger.status(self.session, book, year, undisclosed=True)
                assert told.state == state
                assert told.free == self.model.at[book, year, "free"]
            assert ledger.verify(self.session).faults == ()
            assert sum(self.model.at.values()) == 0
        finally:
            self.session.rollback()
            self.session.close()

    # -- both at once

    def _command(self) -> str:
        self.commands += 1
        return f"life-{self.commands}"

    def _both(self, modelled: Callable[[], None], real: Callable[[], Any]) -> Any:
        """What the ledger returned; None where both refused."""
        try:
            modelled()
        except No:
            with pytest.raises(REFUSALS), self.session.begin_nested():
                real()
            made = None
        else:
            made = real()
        self._agree()
        return made

    def _post(self, moves: Sequence[tuple[str, Place, Place, int]], **of: Any) -> Any:
        """The moves as one command of several lines."""
        command = self._command()
        lines = [
            ledger.Line(
                kind=kind, from_id=self.ids[a], to_id=self.ids[b], amount=amount,
                **(of if kind in ("hold", "void", "post", "return") else {}),
            )
            for kind, a, b, amount in moves
        ]  # fmt: skip
        made = self._both(
            lambda: self.model.all_of(moves),
            lambda: ledger.post(self.session, command, lines, actor="person:1", now=NOW),
        )
        if made is not None:
            self.last = (command, lines)
            self.done += [(t.id, *move) for t, move in zip(made, moves, strict=True)]
        return made

    def _agree(self) -> None:
        self.session.expire_all()
        rows = self.session.execute(select(col(Account.id), col(Account.balance)))
        stands = {row[0]: row[1] for row in rows}
        for place, account_id in self.ids.items():
            assert stands[account_id] == self.model.at[place], place

    def _open(self, book: str, year: int) -> None:
        row = ledger.open_year(self.session, book, year)
        assert row.id is not None
        self.model.state[book, year] = "open"
        for kind in ("source", "free"):
            self.ids[book, year, kind] = account(self.session, row.id, kind)

    def _give(self, book: str, year: int, amount: int) -> None:
        self._post([("appropriate", (book, year, "source"), (book, year, "free"), amount)])

    def _account(self, like: Place, kind: str, **of: Any) -> Place | None:
        """A new account; None where the year is closed."""
        book, year, _ = like
        name = f"{kind}:{self._command()}"
        year_id = ledger.get_year(self.session, book, year).id
        if self.model.state[book, year] == "closed":
            with pytest.raises(ledger.YearClosed), self.session.begin_nested():
                open_account(self.session, year_id or 0, kind, name, **of)
            return None
        self.ids[book, year, name] = open_account(self.session, year_id or 0, kind, name, **of)
        return book, year, name

    def _pick(self, number: int) -> tuple[str, int]:
        """A year, mostly one that is open."""
        years = sorted(self.model.state, key=lambda one: (self.model.state[one] != "open", one))
        return years[number % len(years)] if number % 3 == 0 else years[number % 2]

    def _part(self, place: Place, tenths: int) -> int:
        """So many tenths of what is there: with 0 nothing, with 11 more than there is."""
        return self.model.at[place] * tenths // 10 + (tenths > 10)

    # -- what happens to money

    @rule(number=NUMBER)
    def open_another_year(self, number: int) -> None:
        wanted = [(b, y) for b in BOOKS for y in YEARS if (b, y) not in self.model.state]
        if wanted:
            self._open(*wanted[number % len(wanted)])

    @rule(number=NUMBER, amount=st.integers(0, 300))
    def appropriate(self, number: int, amount: int) -> None:
        self._give(*self._pick(number), amount)

    @rule(number=NUMBER, tenths=TENTHS)
    def relinquish(self, number: int, tenths: int) -> None:
        book, year = self._pick(number)
        amount = self._part((book, year, "free"), tenths) // 2
        self._post([("relinquish", (book, year, "free"), (book, year, "source"), amount)])

    @rule(number=NUMBER, tenths=TENTHS)
    def earmark(self, number: int, tenths: int) -> None:
        book, year = self._pick(number)
        amount = self._part((book, year, "free"), tenths)
        mark = self._account((book, year, "free"), "earmark")
        if mark is not None:
            self.marks.append(mark)
            self._post([("earmark", (book, year, "free"), mark, amount)])

    @precondition(lambda self: self.marks)
    @rule(number=NUMBER, tenths=TENTHS)
    def unearmark(self, number: int, tenths: int) -> None:
        mark = self.marks[number % len(self.marks)]
        amount = self._part(mark, tenths)
        self._post([("unearmark", mark, (*mark[:2], "free"), amount)])

    @rule(number=NUMBER, tenths=st.lists(TENTHS, min_size=1, max_size=3))
    def grant(self, number: int, tenths: list[int]) -> None:
        """In instalments: a held account each, all or none."""
        above: Place = (*self._pick(number), "free")
        if self.marks and number % 3 == 0:
            above = self.marks[number % len(self.marks)]
        parts = [self._part(above, one) // 2 for one in tenths]
        ids = granted_case(self.session, pool=above[0]).ids
        made = [self._account(above, "held", parent_id=self.ids[above], **ids) for _ in parts]
        places = [place for place in made if place is not None]
        if len(places) < len(parts):
            return
        moves = [("hold", above, place, part) for place, part in zip(places, parts, strict=True)]
        if self._post(moves, **ids) is not None:
            self.held += [Held(place, self.ids[place], above, ids) for place in places]

    @precondition(lambda self: self.held)
    @rule(number=NUMBER, tenths=TENTHS)
    def void(self, number: int, tenths: int) -> None:
        held = self.held[number % len(self.held)]
        amount = self._part(held.place, tenths)
        self._post([("void", held.place, held.above, amount)], **held.ids)

    @precondition(lambda self: self.held)
    @rule(number=NUMBER, tenths=TENTHS)
    def pay(self, number: int, tenths: int) -> None:
        held = self.held[number % len(self.held)]
        amount = self._part(held.place, tenths)
        place = self._account(held.place, "paid", parent_id=held.account, **held.ids)
        if place is None:
            return
        made = self._post([("post", held.place, place, amount)], **held.ids)
        if made is not None:
            self.paid.append(Paid(place, made[0].id, held))

    @precondition(lambda self: self.paid)
    @rule(number=NUMBER, tenths=TENTHS)
    def give_back(self, number: int, tenths: int) -> None:
        """To what is free; out of the pool once the year is closed."""
        paid = self.paid[number % len(self.paid)]
        amount = self._part(paid.place, tenths)
        closed = self.model.state[paid.place[:2]] == "closed"
        to: Place = (*paid.place[:2], "source" if closed else "free")
        command = self._command()
        made = self._both(
            lambda: self.model.move("return", paid.place, to, amount),
            lambda: ledger.give_back(
                self.session, post_id=paid.transfer, amount=amount, command_id=command,
                actor="person:1", now=NOW,
            ),
        )  # fmt: skip
        if made is not None:
            self.done.append((made.id, "return", paid.place, to, amount))

    @precondition(lambda self: self.done)
    @rule(number=NUMBER)
    def reverse(self, number: int) -> None:
        """Once, and then it is as if it had not been."""
        transfer, kind, a, b, amount = self.done[number % len(self.done)]
        command = self._command()
        made = self._both(
            lambda: self.model.move(kind, b, a, amount, back=True),
            lambda: ledger.reverse(
                self.session, transfer_id=transfer, command_id=command, actor="person:1", now=NOW
            ),
        )
        if made is None:
            return
        self.done = [one for one in self.done if one[0] != transfer]
        with pytest.raises(ledger.AlreadyReversed), self.session.begin_nested():
            ledger.reverse(
                self.session, transfer_id=transfer, command_id=f"{command}-again",
                actor="person:1", now=NOW,
            )  # fmt: skip

    @precondition(lambda self: self.held)
    @rule(number=NUMBER)
    def carry_over(self, number: int) -> None:
        """What is left of a hold goes into the next year's money, in one command."""
        held = self.held[number % len(self.held)]
        book, year, _ = held.place
        if (book, year + 1) not in self.model.state or not held.above[2].startswith("free"):
            return
        free: Place = (book, year + 1, "free")
        place = self._account(free, "held", parent_id=self.ids[free], **held.ids)
        if place is None:
            return
        amount = self.model.at[held.place]
        moves = [
            ("void", held.place, held.above, amount),
            ("relinquish", held.above, (book, year, "source"), amount),
            ("appropriate", (book, year + 1, "source"), free, amount),
            ("hold", free, place, amount),
        ]
        if self._post(moves, **held.ids) is not None:
            self.held.append(Held(place, self.ids[place], free, held.ids))

    @rule(number=NUMBER, other=NUMBER, tenths=TENTHS)
    def move_between_books(self, number: int, other: int, tenths: int) -> None:
        a, b = self._pick(number), self._pick(other)
        amount = self._part((*a, "free"), tenths)
        if a[0] == b[0]:
            return
        self._post(
            [
                ("relinquish", (*a, "free"), (*a, "source"), amount),
                ("appropriate", (*b, "source"), (*b, "free"), amount),
            ]
        )

    # -- years

    @rule(number=NUMBER, state=st.sampled_from(["open", "open", "closing", "closed"]))
    def turn(self, number: int, state: str) -> None:
        self._turn(self._pick(number), state)

    def _turn(self, year: tuple[str, int], state: str) -> None:
        self._both(
            lambda: self.model.turn(year, state),
            lambda: ledger.set_year_state(self.session, *year, state),
        )

    @rule(number=NUMBER)
    def close_for_good(self, number: int) -> None:
        """As the year's end does it: what is left goes back, then it is closed."""
        year = sorted(self.model.state)[number % len(self.model.state)]
        if self.model.state[year] == "closed" or number % 2:  # not too often
            return
        if self.model.state[year] == "open":
            self._turn(year, "closing")
        for held in self.held:
            if held.place[:2] == year and self.model.at[held.place]:
                amount = self.model.at[held.place]
                self._post([("void", held.place, held.above, amount)], **held.ids)
        for mark in self.marks:
            if mark[:2] == year and self.model.at[mark]:
                self._post([("unearmark", mark, (*year, "free"), self.model.at[mark])])
        if left := self.model.at[*year, "free"]:
            self._post([("relinquish", (*year, "free"), (*year, "source"), left)])
        self._turn(year, "closed")
        assert self.model.state[year] == "closed"
        for place, paid in enumerate(self.paid):  # what comes back later leaves the pool
            if paid.place[:2] == year and self.model.at[paid.place]:
                source = self.model.at[*year, "source"]
                self.give_back(place, 5)
                assert self.model.at[*year, "source"] > source or self.model.at[paid.place] == 1

    # -- the same again

    @precondition(lambda self: self.last)
    @rule()
    def repeat(self) -> None:
        """A command that comes again moves nothing; with other contents it is refused."""
        assert self.last is not None
        command, lines = self.last
        ledger.post(self.session, command, lines, actor="person:1", now=NOW)
        self._agree()
        with pytest.raises(ledger.CommandReused), self.session.begin_nested():
            ledger.post(self.session, command, lines, actor="person:2", now=NOW)


def _live(database: Database, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        cast(Any, lambda: Life(database)),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_money_lives_as_its_model_says(database: Database) -> None:
    _live(database, 12, 40)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_money_lives_long(database: Database) -> None:
    _live(database, 500, 60)
