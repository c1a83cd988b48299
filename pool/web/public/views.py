"""What everybody may see. Figures count announced decisions only."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from pool.cases import waiting
from pool.cases.opening import Opening, opening
from pool.cases.starting import takes_suggestions
from pool.meetings.calendar import published
from pool.web import context
from pool.web.access import public
from pool.web.context import now, read
from workflows.definition import Definition, Option

blueprint = Blueprint("public", __name__)


@dataclass(frozen=True, slots=True)
class PoolCard:
    """A pool as the front page shows it."""

    definition: Definition
    state: Opening

    @property
    def shown(self) -> bool:
        """Whether the front page has it."""
        closed = self.state.closed
        return self.definition.shown == "always" or closed is None or closed.code != "no-year"


@blueprint.get("/")
@public
def index() -> str:
    """The front page: every pool, the open ones first and of them the one with most left. A pool
    that is shown while open alone is not there where its present year is not in the books."""
    found = [_card(definition) for definition in context.site().definitions.values()]
    cards = [card for card in found if card.shown]
    cards.sort(key=lambda card: (card.state.closed is not None, -(card.state.free or 0)))
    return render_template(
        "pages/public/index.html",
        cards=cards,
        counted_at=now(),
        contacts=context.contacts(card.definition for card in cards),
    )


@blueprint.get("/puljer/<pool_key>")
@public
def pool(pool_key: str) -> str:
    """One pool, told in full."""
    card = _card(context.definition(pool_key))
    return render_template(
        "pages/public/pool.html",
        definition=card.definition,
        state=card.state,
        counted_at=now(),
        focus_areas=_labels(card.definition.focus_areas),
        meetings=published(read(), card.definition, now()),
        may_suggest=takes_suggestions(read(), card.definition),
    )


def _card(definition: Definition) -> PoolCard:
    return PoolCard(
        definition,
        opening(read(), definition.key, now(), waits=waiting.states(definition)),
    )


def _labels(options: tuple[Option, ...]) -> list[dict[str, str]]:
    return [dict(option.label) for option in options]
