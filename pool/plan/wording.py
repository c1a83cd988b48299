"""The sentence for every reason of the plan's use cases, in a reader's language.

Texts are English, the catalogues' source; their Danish stands in
``templates/catalogues/da/plan_money.po``.
"""

from __future__ import annotations

from collections.abc import Mapping

from pool.plan.errors import PlanError
from pool.render.words import Words

SENTENCES: Mapping[str, str] = {
    "no-year": "The plan has no year %(year)s.",
    "no-line": "The plan of %(year)s has no line %(line)s.",
    "same-line": "Choose two different lines.",
    "line-short": (
        "Line %(line)s, %(name)s, has %(has)s: it cannot give %(wanted)s. A line cannot give more "
        "than it has."
    ),
    "pool-short": (
        "%(name)s has %(free)s left to dispose of: it cannot give %(wanted)s. A pool cannot give "
        "more than is free."
    ),
    "pool-short-now": "%(name)s does not have enough at the moment. Try again later.",
    "pool-no-year": "%(name)s: the year %(year)s is not in the pool’s books. It is opened first.",
    "year-closed": "%(name)s: the year %(year)s is closed, and nothing can be moved in it.",
    "year-closing": (
        "%(name)s: the year %(year)s is being closed. It can give money back, but take none."
    ),
    "plan-closed": "The plan of %(year)s is closed, and nothing is changed in it.",
    "plan-not-over": "The plan of %(year)s is closed when the year has passed.",
    "plan-pools-open": "The pools’ years are closed first: %(names)s.",
    "changed-meanwhile": "It was changed while you looked. Look at the amounts again.",
    "too-large": "A line can have %(most)s at the most.",
    "same-budget": "The budget is %(budget)s already.",
    "no-earmark": "There is no such earmark.",
    "earmark-busy": "The earmark cannot be ended at the moment. Try again later.",
    "earmark-empty": "Nothing is left of the earmark.",
}
_MONEY = frozenset({"has", "wanted", "free", "budget", "most"})


def sentence(error: PlanError, words: Words) -> str:
    """Why not, and what it stands on."""
    told = {
        name: words.money(value) if name in _MONEY else value
        for name, value in error.params.items()
    }
    return words.t(SENTENCES[error.code], **told)
