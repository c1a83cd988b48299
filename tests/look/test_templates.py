"""The frame and the macros as text: strict HTML, no inline code, every word translated."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from jinja2.ext import babel_extract

from pool.render.words import words
from tests.look.gallery import STATIC, environment, render, sample_form

PAGES = Path(__file__).parents[2] / "templates" / "pages"
OURS = [
    *PAGES.glob("*.html"),
    *(PAGES / "macros").glob("*.html"),
    *(PAGES / "errors").glob("*.html"),
]
SAMPLES = ["gallery.html", "faults.html", "front.html", "error.html"]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_pages_are_strict_html_without_inline_code(name: str, lang: str) -> None:
    page = render(name, lang)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    tree = parser.parse(page)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert "style" not in element.attrib, element.attrib
        assert not [key for key in element.attrib if str(key).startswith("on")]
        assert element.tag != "style"
        if element.tag == "script":
            assert element.attrib["type"] == "module"
            assert not (element.text or "").strip()
    ids = Counter(e.attrib["id"] for e in tree.iter() if "id" in e.attrib)
    assert [one for one, times in ids.items() if times > 1] == []
    for element in tree.iter():
        for key in ("for", "aria-labelledby", "aria-describedby"):
            for wanted in element.attrib.get(key, "").split():
                assert wanted in ids, f"{key}={wanted}"
    assert len(list(tree.iter("main"))) == 1
    assert tree.find(".//h1") is not None


def test_the_address_of_every_static_file_is_right() -> None:
    for name in re.findall(r"filename='([^']+)'", "".join(path.read_text() for path in OURS)):
        assert (STATIC / name).is_file(), name


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "img/icons.svg").read_text()))
    pages = "".join(render(name) for name in SAMPLES)
    used = set(re.findall(r"icons\.svg#([a-z]+)", pages))
    assert used <= drawn


def test_drawings_are_our_own_and_hold_no_code() -> None:
    for path in STATIC.rglob("*.svg"):
        text = path.read_text()
        assert not re.search(r"<script|<style|style=|\bon\w+=|https?://(?!www\.w3\.org/)", text)
        assert len(text) < 8_000, path.name


def test_every_text_of_the_frame_is_in_danish() -> None:
    danish = words("da")
    missing = set()
    for path in OURS:
        with path.open("rb") as file:
            options = {"trim_blocks": "true", "lstrip_blocks": "true"}
            for _line, _name, found, _notes in babel_extract(file, ["_"], [], options):
                msgid = found[0] if isinstance(found, tuple) else found
                if msgid and msgid not in danish._translations:
                    missing.add(msgid)
    assert missing == set()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_page_says_its_language_and_direction(direction: str) -> None:
    page = render("front.html", "en", direction)
    lang = "ar" if direction == "rtl" else "en"
    assert f'<html lang="{lang}" dir="{direction}">' in page
    assert '<a href="?lang=da" lang="da" hreflang="da">' in page


def show(source: str, **names: object) -> str:
    return environment("da").from_string(source).render(**names)


FIELD = '{% from "pages/macros/forms.html" import field %}'


def test_a_fault_is_tied_to_its_field() -> None:
    html = show(
        FIELD + "{{ field(form.amount, kind='amount', help='Hele kroner.') }}",
        form=sample_form(faults=True),
    )
    assert 'aria-describedby="amount-help amount-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="12,50,0"' in html, "what was typed stays"
    assert 'inputmode="decimal"' in html
    assert "Fejl: " in html


def test_only_optional_questions_are_marked() -> None:
    form = sample_form(faults=False)
    assert "(frivilligt)" in show(FIELD + "{{ field(form.email) }}", form=form)
    assert "(frivilligt)" not in show(FIELD + "{{ field(form.title) }}", form=form)
    assert "(frivilligt)" in show(FIELD + "{{ field(form.title, optional=true) }}", form=form)


def test_what_people_type_is_escaped() -> None:
    form = sample_form(faults=False)
    form.title.data = '"><script>alert(1)</script>'
    form.safety.data = "</textarea><b>"
    html = show(FIELD + "{{ field(form.title) }}{{ field(form.safety) }}", form=form)
    assert "<script>" not in html
    assert "<b>" not in html


def test_a_text_that_begins_with_an_empty_line_keeps_it() -> None:
    form = sample_form(faults=False)
    form.safety.data = "\nto"
    html = show(FIELD + "{{ field(form.safety) }}", form=form)
    assert ">\n\nto</textarea>" in html


def test_the_summary_links_to_every_fault_and_is_absent_without() -> None:
    source = '{% from "pages/macros/forms.html" import error_summary %}{{ error_summary(form) }}'
    assert show(source, form=sample_form(faults=False)).strip() == ""
    html = show(source, form=sample_form(faults=True))
    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    for anchor in ("safety", "amount", "kind"):
        assert f'href="#{anchor}"' in html


def test_the_first_control_of_a_group_has_the_fields_id() -> None:
    html = show(FIELD + "{{ field(form.kind) }}", form=sample_form(faults=False))
    assert re.findall(r'<input type="radio" id="([^"]+)"', html) == ["kind", "kind-1", "kind-2"]
    assert html.count(" checked") == 1


def test_a_password_is_never_sent_back() -> None:
    html = show(FIELD + "{{ field(form.title, kind='password') }}", form=sample_form(faults=False))
    assert "value=" not in html


def test_the_budget_has_five_empty_lines_and_a_button_without_script() -> None:
    html = show(
        '{% from "pages/macros/forms.html" import budget_table %}'
        "{{ budget_table('budget', rows, [('food', 'Mad')]) }}",
        rows=[{"post": "food", "text": "Suppe", "amount": "400"}],
    )
    assert len(re.findall(r'name="budget-\d-text"', html)) == 5
    assert '<option value="food" selected>' in html
    assert re.search(r'<button[^>]* name="add_budget"[^>]* formnovalidate>', html)


def test_a_bar_of_money_fits_its_frame() -> None:
    source = (
        '{% from "pages/macros/data.html" import balance_bar %}'
        "{{ balance_bar('b', 'Pulje', parts, total) }}"
    )
    parts = [
        {"key": "paid", "label": "Udbetalt", "amount": 3333333},
        {"key": "held", "label": "Bevilget", "amount": 3333333},
        {"key": "free", "label": "Rest", "amount": 3333334},
    ]
    html = show(source, parts=parts, total=10000000)
    widths = [float(w) for w in re.findall(r' width="([\d.]+)%" height="100%"/>', html)]
    assert sum(widths[1:]) == pytest.approx(100, abs=0.01)
    assert "33.333,34" in html
    assert "nan" not in show(source, parts=parts, total=0)
    overdrawn = [{"key": "paid", "label": "Udbetalt", "amount": 200}]
    assert ' width="100.000%"' in show(source, parts=overdrawn, total=100)


def test_an_action_that_is_closed_says_why_and_who_could_open_it() -> None:
    html = show(
        '{% from "pages/macros/basic.html" import blocked %}'
        "{{ blocked('Betal', [{'reason': 'Ikke bevilget.', 'who': 'formanden'}]) }}"
    )
    assert "<button" not in html
    assert "Ikke bevilget." in html
    assert "formanden" in html
