"""A ledger in plain Python, to compare the real one with, and random histories for both.

The model knows nothing of accounts' rows, triggers or SQL: a dictionary of balances, and a list
of what was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.models.case import Decision
from pool.models.ledger import BookYear
from tests.support.cases import NOW, granted_case


class Refused(Exception):
    """The model says no."""


@dataclass
class Move:
    """One thing that happened: what, how much, for which decision, when, between which places."""

    kind: str
    amount: int
    at: datetime
    decision: int | None
    places: tuple[str, str]
    takes_back: Move | None = None

    @property
    def counted(self) -> Move:
        return self.takes_back or self


@dataclass
class Model:
    """Where the money of one year is, and why. Places: ``source``, ``free``, ``mark:…``,
    ``held:…``, ``paid:…``."""

    money: dict[str, int] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    announced: dict[int, datetime] = field(default_factory=dict)

    def move(self, move: Move) -> None:
        start, end = move.places
        if start != "source" and self.money.get(start, 0) < move.amount:
            raise Refused
        if move.amount < 1 or (move.takes_back and move.takes_back in self._taken_back()):
            raise Refused
        self.money[start] = self.money.get(start, 0) - move.amount
        self.money[end] = self.money.get(end, 0) + move.amount
        self.moves.append(move)

    def _taken_back(self) -> list[Move]:
        return [move.takes_back for move in self.moves if move.takes_back]

    def figures(self, *, undisclosed: bool) -> dict[str, int]:
        """The seven figures, as the design words them."""
        seen = [
            (move.counted, -move.amount if move.takes_back else move.amount, move)
            for move in self.moves
            if undisclosed or move.decision is None or move.decision in self.announced
        ]

        def early(move: Move) -> bool:
            told = self.announced.get(move.decision or 0)
            return told is None or move.at < told

        def total(*kinds: str) -> int:
            return sum(amount for move, amount, _ in seen if move.kind in kinds)

        def stands(place: str) -> int:
            return sum(
                move.amount * (move.places[1].startswith(place) - move.places[0].startswith(place))
                for _, _, move in seen
            )

        undone = sum(
            amount for move, amount, _ in seen if move.kind in ("void", "return") and early(move)
        )
        granted = total("hold") - undone
        returned = total("void", "return") - undone
        return {
            "budget": total("appropriate") - total("relinquish"),
            "earmarked": stands("mark"),
            "granted": granted,
            "disposed": granted - returned,
            "paid": total("post"),
            "returned": returned,
            "free": stands("free"),
        }


class Pair:
    """The model and the real ledger, moved together. Where one refuses, so must the other."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.model = Model()
        self.now = NOW
        year = ledger.open_year(session, "urban-life", 2024)
        self.year: BookYear = year
        self.decisions: dict[int, dict[str, Any]] = {}
        self.marks: list[int] = []
        self.held: dict[int, tuple[int, str]] = {}
        """Account → decision, and the place it was held from."""
        self.posts: dict[int, tuple[int, int, int]] = {}
        """Transfer → decision, held account, payout account."""
        self.done: dict[int, Move] = {}
        self._commands = 0

    def _how(self) -> dict[str, Any]:
        self._commands += 1
        return {"command_id": f"c{self._commands}", "actor": "person:1", "now": self.now}

    def _both(self, move: Move, real: Any) -> Any:
        """Do it in both. Returns what the ledger returned; None where both refused."""
        try:
            self.model.move(move)
        except Refused:
            try:
                real()
            except (ledger.NotEnough, ledger.AlreadyReversed, ledger.WrongShape):
                return None
            raise AssertionError(f"the ledger took what the model refuses: {move}") from None
        made = real()
        n = ledger.heads(self.session)[0].n
        self.done[n] = move
        return made

    def tick(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def budget(self, kind: str, amount: int) -> None:
        places = ("source", "free") if kind == "appropriate" else ("free", "source")
        action = ledger.appropriate if kind == "appropriate" else ledger.relinquish
        self._both(
            Move(kind, amount, self.now, None, places),
            lambda: action(self.session, year_id=self.year.id or 0, amount=amount, **self._how()),
        )

    def earmark(self, amount: int) -> None:
        name = f"m{len(self.marks)}-{self._commands}"
        how = self._how()
        made = self._both(
            Move("earmark", amount, self.now, None, ("free", f"mark:{name}")),
            lambda: ledger.earmark(
                self.session, year_id=self.year.id or 0, amount=amount, label=name, **how
            ),
        )
        if made is not None:
            self.model.money[f"mark:{made.id}"] = self.model.money.pop(f"mark:{name}")
            self.model.moves[-1].places = ("free", f"mark:{made.id}")
            self.marks.append(made.id)

    def unearmark(self, mark: int, amount: int) -> None:
        self._both(
            Move("unearmark", amount, self.now, None, (f"mark:{mark}", "free")),
            lambda: ledger.unearmark(self.session, earmark_id=mark, amount=amount, **self._how()),
        )

    def decide(self) -> int:
        granted = granted_case(self.session, announced_at=None)
        self.decisions[granted.decision_id] = granted.ids
        return granted.decision_id

    def announce(self, decision: int) -> None:
        if decision in self.model.announced:
            return
        self.model.announced[decision] = self.now
        self.session.execute(
            update(Decision)
            .where(col(Decision.id) == decision)
            .values(announced_at=self.now)
            .execution_options(synchronize_session=False)
        )

    def hold(self, decision: int, mark: int | None, amount: int) -> None:
        above = "free" if mark is None else f"mark:{mark}"
        how = self._how()
        made = self._both(
            Move("hold", amount, self.now, decision, (above, f"held:{how['command_id']}")),
            lambda: ledger.hold(
                self.session,
                year_id=self.year.id or 0,
                amount=amount,
                parent="free" if mark is None else mark,
                **self.decisions[decision],
                **how,
            ),
        )
        if made is not None:
            place = f"held:{how['command_id']}"
            self.model.money[f"held:{made.id}"] = self.model.money.pop(place)
            self.model.moves[-1].places = (above, f"held:{made.id}")
            self.held[made.id] = (decision, above)

    def void(self, held: int, amount: int) -> None:
        decision, above = self.held[held]
        self._both(
            Move("void", amount, self.now, decision, (f"held:{held}", above)),
            lambda: ledger.void(self.session, held_id=held, amount=amount, **self._how()),
        )

    def pay(self, held: int, amount: int) -> None:
        decision, _ = self.held[held]
        how = self._how()
        place = f"paid:{how['command_id']}"
        made = self._both(
            Move("post", amount, self.now, decision, (f"held:{held}", place)),
            lambda: ledger.pay(self.session, held_id=held, amount=amount, **how),
        )
        if made is not None:
            self.model.money[f"paid:{made.to_id}"] = self.model.money.pop(place)
            self.model.moves[-1].places = (f"held:{held}", f"paid:{made.to_id}")
            self.posts[made.id] = (decision, held, made.to_id)

    def give_back(self, post: int, amount: int) -> None:
        decision, _, paid = self.posts[post]
        self._both(
            Move("return", amount, self.now, decision, (f"paid:{paid}", "free")),
            lambda: ledger.give_back(self.session, post_id=post, amount=amount, **self._how()),
        )

    def reverse(self, n: int) -> None:
        cited = self.done[n]
        if cited.takes_back is not None:
            return
        start, end = cited.places
        move = Move(cited.kind, cited.amount, self.now, cited.decision, (end, start), cited)
        transfer = ledger.transfer_of(self.session, "urban-life", n)
        self._both(
            move,
            lambda: ledger.reverse(self.session, transfer_id=transfer.id or 0, **self._how()),
        )

    def agree(self) -> None:
        """Balances, figures for both readers, and the transfers behind each."""
        for undisclosed in (True, False):
            status = ledger.status(self.session, "urban-life", 2024, undisclosed=undisclosed)
            wanted = self.model.figures(undisclosed=undisclosed)
            assert status.figures() == wanted, (undisclosed, status, wanted)
            assert status.budget == status.earmarked + status.disposed + status.free
            for figure, amount in wanted.items():
                lines = ledger.transfers_behind(
                    self.session, "urban-life", 2024, figure, undisclosed=undisclosed
                )
                assert sum(line.amount for line in lines) == amount, figure
        for place, amount in self.model.money.items():
            kind, _, account_id = place.partition(":")
            if account_id:
                assert ledger.get_account(self.session, int(account_id)).balance == amount, kind
