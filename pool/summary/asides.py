"""The further sentences of a draft. Each is empty where its figures are not there."""

from __future__ import annotations

from collections.abc import Sequence

from pool.summary.model import Deliverable
from pool.summary.whole import Whole, clauses, nouns, number


def by_pool(whole: Whole) -> str:
    if len(whole.summary.pools) < 2:
        return ""
    told = [
        whole.words.t(
            "%(granted)s from %(pool)s",
            granted=whole.kr(one.money.granted),
            pool=whole.name(one.name),
        )
        for one in whole.summary.pools
    ]
    return whole.words.t("Granted pool by pool: %(what)s.", what=nouns(whole.words, told))


def in_full(whole: Whole) -> str:
    words, counts = whole.words, whole.counts
    if counts.granted < 2:
        return ""
    if counts.granted == counts.full:
        return words.t("Every grant gave all that was asked for.")
    if counts.granted == counts.part:
        return words.t("Every grant gave a part of what was asked for.")
    if counts.granted == counts.granted_unknown:
        return words.t("How much was asked for is not known of any of the grants.")
    parts = []
    if counts.full:
        parts.append(
            whole.plural(
                "%(n)s gave all that was asked for",
                "%(n)s gave all that was asked for",
                counts.full,
            )
        )
    if counts.part:
        parts.append(
            whole.plural("%(n)s gave a part of it", "%(n)s gave a part of it", counts.part)
        )
    if counts.granted_unknown:
        parts.append(
            whole.plural(
                "for %(n)s it is not known how much was asked for",
                "for %(n)s it is not known how much was asked for",
                counts.granted_unknown,
            )
        )
    return words.t(
        "The %(number)s grants fall like this: %(what)s.",
        number=number(counts.granted),
        what=clauses(words, parts),
    )


def reasons(whole: Whole) -> str:
    """The reason given most often, where one was."""
    every = [one for pool in whole.summary.pools for one in pool.refusals]
    if len(whole.summary.pools) > 1 or len(every) < 2 or every[0].key is None:
        return ""
    first, second = every[:2]
    if first.count <= second.count:
        return ""
    return whole.words.t(
        "The reason given most often for a refusal is “%(reason)s” (%(count)s of %(number)s).",
        reason=whole.words.text(first.label),
        count=number(first.count),
        number=number(sum(one.count for one in every)),
    )


def year_before(whole: Whole) -> str:
    known = [one.before for one in whole.summary.pools if one.before is not None]
    before = str(whole.summary.request.year - 1)
    if len(known) < len(whole.summary.pools):
        if not known:
            return whole.words.t(
                "There are no figures of %(before)s to compare with.", before=before
            )
        return ""
    if not sum(one.counts.received for one in known):
        return whole.words.t("No case is registered for %(before)s.", before=before)
    granted = sum(one.counts.granted for one in known)
    if not granted:
        return whole.words.t("The year before, in %(before)s, nothing was granted.", before=before)
    return whole.plural(
        "The year before, in %(before)s, there was %(n)s grant of %(granted)s.",
        "The year before, in %(before)s, there were %(n)s grants of %(granted)s in all.",
        granted,
        before=before,
        granted=whole.kr(sum(one.money.granted for one in known)),
    )


def reported(whole: Whole) -> str:
    words = whole.words
    reports = [one for one in whole.grants if one.reported]
    if not reports:
        return ""
    held = [one for one in reports if one.took_place]
    first = whole.plural(
        "%(n)s activity has reported", "%(n)s activities have reported", len(reports)
    )
    if not held:
        second = words.plural("it did not take place", "none of them took place", len(reports))
    elif len(held) == len(reports):
        second = words.plural("it took place", "all of them took place", len(held))
    else:
        second = whole.plural("%(n)s of them took place", "%(n)s of them took place", len(held))
    told = [one.participants for one in held if one.participants is not None]
    if not sum(told):
        return words.t("%(reported)s, and %(took_place)s.", reported=first, took_place=second)
    if len(told) == len(held):
        third = whole.plural("with %(n)s participant", "with %(n)s participants", sum(told))
    else:
        third = whole.plural(
            "with at least %(n)s participant", "with at least %(n)s participants", sum(told)
        )
    return words.t(
        "%(reported)s, and %(took_place)s, %(participants)s.",
        reported=first,
        took_place=second,
        participants=third,
    )


def owed(whole: Whole) -> str:
    owed = [one.deliverable for one in whole.summary.pools if one.deliverable is not None]
    return " ".join(_owed_one(whole, one) for one in owed[:1])


def _owed_one(whole: Whole, owed: Deliverable) -> str:
    words = whole.words
    label = words.text(owed.label)
    if owed.done:
        return words.t(
            "%(label)s: by the reports %(titles)s took place.",
            label=label,
            titles=nouns(words, _quoted(whole, owed.done)),
        )
    if owed.under_way:
        return words.plural(
            "%(label)s: %(titles)s was granted, and no report has come in.",
            "%(label)s: %(titles)s were granted, and no report has come in.",
            len(owed.under_way),
            label=label,
            titles=nouns(words, _quoted(whole, owed.under_way)),
        )
    return words.t("%(label)s: nothing of the kind is reported or on its way.", label=label)


def _quoted(whole: Whole, titles: Sequence[str]) -> list[str]:
    """At most three titles, and how many more."""
    told = [whole.words.t("“%(title)s”", title=title) for title in titles[:3]]
    if len(titles) > 3:
        told.append(whole.plural("%(n)s other", "%(n)s others", len(titles) - 3))
    return told


def own_and_members(whole: Whole) -> str:
    words = whole.words
    own = sum(one.initiatives for one in whole.summary.pools)
    units = sum(one.member_units for one in whole.summary.pools)
    parts = []
    if own:
        parts.append(
            whole.plural(
                "%(n)s grant was the working group's own initiative",
                "%(n)s grants were the working group's own initiatives",
                own,
            )
        )
    if units:
        parts.append(
            whole.plural(
                "%(n)s grant went to a unit that somebody of the working group works for",
                "%(n)s grants went to units that somebody of the working group works for",
                units,
            )
        )
    return words.t("%(sentence)s.", sentence=clauses(words, parts)) if parts else ""
