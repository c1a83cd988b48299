"""Two reckonings of the same year, side by side: the product's, and that of plain SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pool.cases.house import House
from pool.summary import figures
from pool.summary.model import Request, Summary, to_json
from tests.support import plain_sql
from tests.support.plain_sql import Moment, Reader

_SAME = (
    *("in_books", "source", "money", "counts", "asked_granted", "granted_of_known"),
    *("initiatives", "initiatives_granted", "member_units", "member_units_granted"),
    *("recusal_cases", "recusals", "outside_meeting", "imported", "carried_over", "goes_back"),
    "refused_asked",
)
_IN_A_GROUP = ("cases", "grants", "asked", "asked_unknown", "granted", "disposed")
_OF_REFUSALS = ("count", "asked", "asked_unknown")


def collected(house: House, request: Request) -> Summary:
    """The product's figures."""
    with house.database.read() as session:
        return figures.collect(session, house, request)


def differences(house: House, request: Request, summary: Summary | None = None) -> list[str]:
    """Every figure in which the two do not agree, as ``pool.figure: product / plain SQL``."""
    summary = summary or collected(house, request)
    told = json.loads(to_json(summary))
    moment = Moment(request.known_at, request.effective_cut)
    with Reader(house.database) as reader:
        return [
            f"{one['pool']} {name}: {product!r} / {plain!r}"
            for one in told["pools"]
            for name, product, plain in _pairs(reader, one, moment, told)
            if product != plain
        ]


def _pairs(
    reader: Reader, one: Mapping[str, Any], moment: Moment, told: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    pool, year = one["pool"], one["year"]
    plain = plain_sql.pool_year(reader, pool, year, moment)
    for name in _SAME:
        yield name, one[name], plain[name]
    yield from _grants(one, plain["grants"])
    yield (
        "refusals",
        {row["key"]: {name: row[name] for name in _OF_REFUSALS} for row in one["refusals"]},
        plain["refusals"],
    )
    for name, value in plain["days"].items():
        yield f"days {name}", one["days"][name], value
    yield "course", one["course"] or plain["course"], plain["course"]
    if any(month["budget"] for month in plain["course"]):
        yield "a course", bool(one["course"]), True
    yield from _breakdowns(one, plain["groups"])
    if one["deliverable"] is not None:
        for name in ("done", "under_way"):
            yield name, sorted(one["deliverable"][name]), plain[name]
    if one["before"] is not None:
        yield (
            "money before",
            one["before"]["money"],
            plain_sql.money(reader, pool, year - 1, moment),
        )
        yield "before", one["before"]["counts"], plain_sql.counts(reader, pool, year - 1, moment)
    found = {head["chain"]: (head["n"], head["hash"]) for head in told["heads"]}
    for chain, head in plain_sql.heads(reader, pool, moment).items():
        yield chain, found.get(chain), head


def _grants(
    one: Mapping[str, Any], plain: Mapping[int, dict[str, Any]]
) -> Iterator[tuple[str, Any, Any]]:
    product = {row["case_id"]: row for row in one["grants"]}
    yield "grants", sorted(product), sorted(plain)
    for case_id in product.keys() & plain.keys():
        row = {**plain[case_id], "decided_on": plain[case_id]["decided_on"].isoformat()}
        for name, value in row.items():
            yield f"grant {case_id} {name}", product[case_id][name], value
    order = [(row["decided_on"], row["case_id"]) for row in one["grants"]]
    yield "order of grants", order, sorted(order)
    sums = {
        name: sum(row[name] for row in one["grants"])
        for name in ("granted", "returned", "paid", "held")
    }
    yield "sums of grants", sums, {name: one["money"][name] for name in sums}


def _breakdowns(
    one: Mapping[str, Any], groups: Mapping[str, dict[Any, Any]]
) -> Iterator[tuple[str, Any, Any]]:
    shown = {each["by"]: each for each in one["breakdowns"]}
    if one["counts"]["received"] < plain_sql.SMALL:
        yield "breakdowns of a small year", shown, {}
        return
    for by, every in groups.items():
        if by not in shown:
            # Nothing to tell apart: all in one group.
            alone, rest = plain_sql.merged(every)
            yield f"{by}, left out", len(alone) + (rest is not None) < 2, True
            continue
        mine = {
            row["key"]: {name: row[name] for name in _IN_A_GROUP}
            for row in shown[by]["groups"]
            if not row["rest"]
        }
        gathered = [row for row in shown[by]["groups"] if row["rest"]]
        if shown[by]["several"]:
            # A case may stand in several groups, so that what is left over cannot be added up.
            yield by, mine, {key: every[key] for key in mine}
            yield f"{by}, small", [key for key in mine if every[key]["cases"] < 5], []
            continue
        alone, rest = plain_sql.merged(every)
        yield by, mine, alone
        yield (
            f"{by}, the rest",
            [{name: row[name] for name in _IN_A_GROUP} for row in gathered],
            [rest] if rest else [],
        )
