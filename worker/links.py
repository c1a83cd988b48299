"""The addresses in mails. A secret is made when the mail is made, and its hash alone is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlmodel import Session

from pool.identity import tokens
from pool.identity.tokens import Purpose


@dataclass(frozen=True, slots=True)
class Door:
    """A page that is opened by a secret: where it is, and how long the secret works."""

    path: str
    minutes: int = 0
    days: int = 0
    once: bool = False


DOORS: Mapping[str, Door] = {
    "reset": Door("/adgangskode/{}", minutes=30, once=True),
    "draft": Door("/kladde/{}", days=60),
    "case": Door("/sag/{}", days=365),
    "steering": Door("/opgoerelse/{}", days=120),
    "vote": Door("/stem/{}", days=14),
}
"""By the purpose of the link; the pages themselves are the web's."""


def _life(door: Door, until: str | None, now: datetime) -> dict[str, int]:
    """How long a new secret works; a minute at least, so that a mail that is sent late leads to a
    page that says so."""
    if until is None:
        return {"minutes": door.minutes, "days": door.days}
    left = datetime.fromisoformat(until) - now
    return {"minutes": max(1, -(-left // timedelta(minutes=1)))}


def addresses(base_url: str) -> Callable[[Session, Mapping[str, str], datetime], str]:
    """What makes whole addresses of the links that messages name: ``{"path"}`` as it is,
    ``{"purpose", "subject"}`` with a new secret, made in the session's unit of work; it works to
    the moment ``until`` where the link names one."""

    def address(session: Session, link: Mapping[str, str], now: datetime) -> str:
        if "path" in link:
            return base_url + link["path"]
        purpose = link["purpose"]
        door = DOORS[purpose]
        raw = tokens.mint(
            session,
            cast(Purpose, purpose),
            link["subject"],
            now=now,
            **_life(door, link.get("until"), now),
            once=door.once,
        )
        return base_url + door.path.format(raw)

    return address
