"""What happens to the money of one case of a made-up year: held, paid in parts, sent back by the
bank, come back late, corrected before anybody was told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pool.clock import local_day
from tests.support.years_chains import Event, Move

if TYPE_CHECKING:
    from tests.support.years import Year


class Money:
    """A case's moves, and when they were made."""

    fate: str
    stage: str

    def __init__(self, year: Year, case_id: int) -> None:
        self.of, self.id = year, case_id
        self.draw = year.draw
        self.events: list[Event] = []
        self.closed_at: datetime | None = None
        self.decision_id: int | None = None
        self.decided: dict[str, Any] = {}
        self.amount = 0

    def _later(self, moment: datetime, least: int, most: int, *, minutes: int = 540) -> datetime:
        days = self.draw.randint(least, most)
        return moment + timedelta(
            days=days,
            minutes=self.draw.randint(0, minutes) - minutes // 2,
            microseconds=self.draw.randint(0, 999_999),
        )

    def _child(self, kind: str, parent: int) -> int:
        account = self.of.ids.take("account")
        self.of.row(
            "account",
            id=account,
            year_id=self.of.year_id,
            kind=kind,
            label=f"aar-{kind}:{account}",
            parent_id=parent,
            case_id=self.id,
            decision_id=self.decision_id,
            balance=0,
            last_n=0,
        )
        return account

    def _move(
        self, at: datetime, kind: str, from_id: int, to_id: int, amount: int, on: date, **more: Any
    ) -> Move:
        move = Move(at, kind, from_id, to_id, amount, on, self.id, self.decision_id, **more)
        self.of.moves.append(move)
        return move

    def _back(self, move: Move, at: datetime, on: date | None = None) -> Move:
        """The mirror of ``move``."""
        return self._move(
            at,
            "reverse",
            move.to_id,
            move.from_id,
            move.amount,
            on or local_day(at),
            cites=move,
        )

    def move_money(self, mark: bool, recorded: datetime, announced: datetime | None) -> None:
        parent = self.of.mark if mark else self.of.free
        made, precision = self.decided["made_on"], self.decided["made_precision"]
        hold: dict[str, Any] = {"on": made, "precision": precision}
        if (
            announced is not None
            and announced > recorded + timedelta(hours=2)
            and (self.draw.random() < 0.12)
        ):
            # Held with a mistake, and made good before anybody outside was told.
            wrong = self._child("held", parent)
            self._move(recorded, "hold", parent, wrong, max(1, self.amount // 2), **hold)
            at = recorded + timedelta(hours=1)
            self._move(at, "void", wrong, parent, max(1, self.amount // 2), local_day(at))
            recorded = at + timedelta(minutes=5)
        if self.draw.random() < 0.02 and announced is not None:
            # The very move was wrong: taken back and made again.
            first = self._move(
                recorded, "hold", parent, self._child("held", parent), self.amount, **hold
            )
            recorded += timedelta(minutes=3)
            self._back(first, recorded, made)
        parts = [self.amount]
        if self.amount > 100 and self.draw.random() < 0.15:
            share = self.draw.randint(1, self.amount - 1)
            parts = [share, self.amount - share]
        helds = []
        for part in parts:
            held = self._child("held", parent)
            self._move(recorded, "hold", parent, held, part, **hold)
            helds.append((held, part))
        if announced is None:
            self.stage = "decided"
            if self.draw.random() < 0.15:
                at = self._later(recorded, 1, 5)
                for held, part in helds:
                    self._move(at, "void", held, parent, part, local_day(at))
            return
        told = max(announced, recorded)
        if self.fate.startswith("given up"):
            self._give_up(helds, parent, told, recorded)
        elif self.fate in ("paid", "reported", "closed"):
            self._pay(helds, parent, told)
        elif self.fate == "imported" or self.stage == "received":
            self.stage = "granted"

    def _give_up(
        self, helds: list[tuple[int, int]], parent: int, told: datetime, recorded: datetime
    ) -> None:
        """Withdrawn after it was granted: all of it comes free again."""
        announced: datetime = self.decided["announced_at"]
        early = self.fate == "given up early" and announced > recorded + timedelta(hours=3)
        at = recorded + timedelta(hours=2) if early else self._later(told, 2, 60)
        for held, part in helds:
            self._move(at, "void", held, parent, part, local_day(at))
        self.stage, self.closed_at = "withdrawn", max(at, announced)

    def _pay(self, helds: list[tuple[int, int]], parent: int, told: datetime) -> None:
        at = told
        posts: list[Move] = []
        for number, (held, part) in enumerate(helds):
            at = self._later(at, 2, 15)
            paid_on = local_day(at) - timedelta(days=self.draw.choice((0, 0, 1, 3)))
            if self.fate == "paid" and number and self.draw.random() < 0.5:
                continue  # the second instalment waits
            left = 0
            if part > 1000 and self.draw.random() < 0.1:
                left = self.draw.randint(1, part // 2)
            if self.draw.random() < 0.05:
                # The bank sent it back: taken out of the books again, and paid anew.
                failed = self._post(at, held, part - left, paid_on)
                at = self._later(at, 2, 6)
                self._back(failed, at)
                at = at + timedelta(hours=5)
                paid_on = local_day(at)
            posts.append(self._post(at, held, part - left, paid_on))
            if left and self.draw.random() < 0.8:
                at = at + timedelta(hours=1)
                self._move(at, "void", held, parent, left, local_day(at))
        if self.fate == "paid" or not posts:
            return
        reported = self._later(at, 15, 80)
        self._report(reported)
        if self.draw.random() < 0.3:
            post = self.draw.choice(posts)
            amount = max(1, int(post.amount * self.draw.uniform(0.02, 1)))
            # Written some time after it happened, now and then weeks.
            on = local_day(reported) - timedelta(days=self.draw.choice((0, 0, 2, 9, 35)))
            back = self._move(
                reported + timedelta(hours=1),
                "return",
                post.to_id,
                self.of.free,
                amount,
                max(on, post.on),
                cites=post,
            )
            if self.draw.random() < 0.08:
                self._back(back, reported + timedelta(hours=30))
        if self.fate == "closed":
            self.closed_at = self._later(reported, 3, 20)

    def _post(self, at: datetime, held: int, amount: int, on: date) -> Move:
        paid = self._child("paid", held)
        return self._move(at, "post", held, paid, amount, on, paid=f"KK-{self.id}-{paid}")

    def _report(self, at: datetime) -> None:
        raise NotImplementedError
