from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape
from itertools import pairwise

import pytest

from tests.workflows.seeds import GOOD
from workflows import diagram
from workflows.definition import Definition
from workflows.loading import parse_text
from workflows.ordering import order

SVG = "{http://www.w3.org/2000/svg}"


def drawn(definition: Definition, lang: str = "da", current: str | None = None) -> ET.Element:
    return ET.fromstring(diagram.svg(definition, lang, current))  # noqa: S314 - our own text


@pytest.mark.parametrize("pool", ["bydelspulje", "urban-life", "knowledge"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_it_is_an_image_with_a_name_and_a_description(
    pools: dict[str, Definition], pool: str, lang: str
) -> None:
    definition = pools[pool]
    root = drawn(definition, lang)
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (root.get("aria-labelledby") or "").split() == [title.get("id"), desc.get("id")]
    assert definition.name[lang] in (title.text or "")
    for state in definition.states:
        assert state.staff[lang] in (desc.text or "")
    for transition in definition.transitions:
        assert transition.label[lang] in (desc.text or "")


def test_every_state_and_every_action_is_written_in_it(urban: Definition) -> None:
    written = {text.text for text in drawn(urban).iter(f"{SVG}text")}
    for state in urban.states:
        assert {state.staff["da"], state.applicant["da"]} <= written
        for transition in urban.leaving(state.key):
            name = transition.label["da"]
            assert any(
                name in (line or "")
                if transition.target(state.key) == state.key
                else (line or "").startswith(name)
                for line in written
            )


def test_nothing_that_a_strict_policy_would_stop(urban: Definition) -> None:
    text = diagram.svg(urban, "da", "asked") + diagram.svg(urban, "da", standalone=True)
    assert "style=" not in text.replace("font-style=", "")
    assert "<style" not in text
    assert "<script" not in text
    assert " on" not in re.sub(r">[^<]*<", "><", text)


def test_the_present_state_is_lit_and_says_so(urban: Definition) -> None:
    assert "now" not in {group.get("class") for group in drawn(urban).iter(f"{SVG}g")}
    lit = [g for g in drawn(urban, "da", "paid").iter(f"{SVG}g") if "now" in (g.get("class") or "")]
    assert len(lit) == 1
    lines = [text.text or "" for text in lit[0].iter(f"{SVG}text")]
    assert lines[0] == "▶ Udbetalt"
    assert lines[2].startswith("sagen er her nu")
    assert lit[0].find(f"{SVG}rect").get("stroke-width") == "4"  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        diagram.svg(urban, "da", "nowhere")


Line = tuple[int, int, int]


def segments(root: ET.Element) -> tuple[list[Line], list[Line]]:
    """(y, from, to) of the horizontal and (x, from, to) of the vertical lines of all lanes."""
    across: list[Line] = []
    down: list[Line] = []
    for group in root.iter(f"{SVG}g"):
        if group.get("class") != "lane":
            continue
        path = group.find(f"{SVG}path")
        assert path is not None
        for x, y, kind, to in re.findall(r"M(\d+) (\d+)([HV])(\d+)", path.get("d") or ""):
            if kind == "H":
                across.append((int(y), min(int(x), int(to)), max(int(x), int(to))))
            else:
                down.append((int(x), min(int(y), int(to)), max(int(y), int(to))))
    return across, down


@pytest.mark.parametrize("pool", ["bydelspulje", "urban-life", "knowledge"])
def test_lines_cross_but_never_lie_on_each_other(pools: dict[str, Definition], pool: str) -> None:
    across, down = segments(drawn(pools[pool]))
    assert len({y for y, _, _ in across}) == len(across)
    for place, (x, top, bottom) in enumerate(down):
        for other_x, other_top, other_bottom in down[place + 1 :]:
            assert x != other_x or bottom < other_top or other_bottom < top
    moves = sum(
        transition.target(state.key) != state.key
        for state in pools[pool].states
        for transition in pools[pool].leaving(state.key)
    )
    targets = {t.to for t in pools[pool].transitions if not t.stays}
    assert len(down) == len(targets)
    assert len(across) == moves + len(targets)


def test_all_of_it_lies_inside_the_picture(urban: Definition) -> None:
    root = drawn(urban)
    _, _, width, height = (float(part) for part in (root.get("viewBox") or "").split())
    boxes = list(root.iter(f"{SVG}rect"))
    for one, two in pairwise(boxes):
        assert float(one.get("y", 0)) + float(one.get("height", 0)) < float(two.get("y", 0))
    last = boxes[-1]
    assert float(last.get("y", 0)) + float(last.get("height", 0)) < height
    _, down = segments(root)
    assert max(x for x, _, _ in down) < width


def test_signs_of_the_markup_are_only_letters() -> None:
    text = GOOD.replace('da = "Modtaget"', 'da = "<b>&\\"Modtaget"', 1)
    root = drawn(parse_text(text, "x"))
    assert any(line.text == '<b>&"Modtaget' for line in root.iter(f"{SVG}text"))


def test_states_are_read_by_steps_from_the_start_with_ends_last(urban: Definition) -> None:
    assert [state.key for state in order(urban)] == [
        "received", "asked", "granted", "paid", "reported", "claimed", "refused", "withdrawn",
        "forwarded", "lapsed", "revoked", "closed", "suggested", "suggestion-answered", "taken-up",
    ]  # fmt: skip


def test_the_page_about_a_pool(urban: Definition) -> None:
    page = diagram.markdown(urban, "en")
    assert page.startswith("# The urban life and safety pool\n")
    assert "(urban-life.en.svg)" in page
    for state in urban.states:
        assert f"| {state.staff['en']} |" in page
    for transition in urban.transitions:
        assert f"(`{transition.key}`)" in page
        for guard in transition.guards:
            assert f"- `{guard}`: " in page
    for question in urban.questions:
        assert f"(`{question.key}`)" in page
    for block in page.strip().split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.split("\n")}) == 1
    assert unescape(page) == page


def test_what_is_switched_on_and_not_announced_is_written(district: Definition) -> None:
    page = diagram.markdown(district, "da")
    assert "## Slået til\n\n- `recommendation`: Der indstilles" in page
    assert "penge sat til side, afgørelsen er ikke meddelt" in page
    written = {text.text for text in drawn(district).iter(f"{SVG}text")}
    assert "uret går, penge sat til side, afgørelsen er ikke meddelt" in written


def test_a_light_pool_has_nothing_switched_on(urban: Definition) -> None:
    assert "Slået til" not in diagram.markdown(urban, "da")
    assert "ikke meddelt" not in diagram.markdown(urban, "da")


def test_the_page_in_danish(urban: Definition) -> None:
    page = diagram.markdown(urban, "da")
    assert page.startswith("# Bylivs- og tryghedspuljen\n")
    assert "- `held`: Der er sat penge til side til sagen." in page
