"""Every mail in every language, with believable, empty and hostile data."""

from __future__ import annotations

import html5lib
import pytest
from jinja2 import UndefinedError

from pool.outbox.templates import TEMPLATES
from pool.render.mail import Mail, body, mail, template_version
from pool.render.sheet import blocks
from pool.render.words import languages, words
from tests.render.extraction import ROOT, in_templates
from tests.support import samples

LANGUAGES = languages()
EVERY = [(name, lang) for name in TEMPLATES for lang in LANGUAGES]


def make(template: str, lang: str, *, hostile: bool = False, empty: bool = False) -> Mail:
    data = samples.rendered(template, hostile=hostile, empty=empty)
    return mail(template, lang, data, legal=TEMPLATES[template].legal)


def parse(html: str) -> object:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def test_every_template_has_its_files_and_no_other_is_there() -> None:
    folder = ROOT / "templates" / "mails"
    shared = {"frame.html", "foot.txt", "parts.html", "parts.txt"}
    expected = {f"{name}.{end}" for name in TEMPLATES for end in ("txt", "html")}
    assert {path.name for path in folder.iterdir()} == expected | shared


@pytest.mark.parametrize(("template", "lang"), EVERY)
@pytest.mark.parametrize("empty", [False, True])
def test_plain(template: str, lang: str, empty: bool) -> None:
    made = make(template, lang, empty=empty)
    assert made.subject
    assert "\n" not in made.subject
    for text in (made.subject, made.text, made.html):
        assert "None" not in text
        assert "%(" not in text
        assert "kr.." not in text
    assert "\n\n\n" not in made.text
    parse(made.html)
    assert f'<html lang="{lang}" dir="ltr">' in made.html
    assert made.html.count("<section ") == (2 if TEMPLATES[template].legal and lang != "da" else 1)
    has_link = "link" in TEMPLATES[template].keys and not (
        empty and TEMPLATES[template].keys["link"] == "link?"
    )
    assert (samples.URL in made.text) == has_link
    assert (f'href="{samples.URL}"' in made.html) == has_link


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_languages_differ_and_law_is_danish(template: str) -> None:
    danish, english = make(template, "da"), make(template, "en")
    assert danish.subject != english.subject
    if TEMPLATES[template].legal:
        assert danish.text.strip() in english.text
        assert '<section lang="da"' in english.html
    else:
        assert "Dansk" not in english.text


@pytest.mark.parametrize(("template", "lang"), EVERY)
def test_hostile(template: str, lang: str) -> None:
    made = make(template, lang, hostile=True)
    assert "\n" not in made.subject
    assert "\r" not in made.subject
    assert "<script" not in made.html
    assert "<img" not in made.html
    assert "49" not in made.subject
    parse(made.html.replace("\x00", "").replace("\x07", "").replace("\ud800", ""))


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_is_fetched_or_followed(template: str) -> None:
    html = make(template, "en").html
    for forbidden in ("src=", "url(", "@import", "<link", "<script", "<img", "<table", "@font"):
        assert forbidden not in html
    addresses = {part.split('"')[0] for part in html.split('href="')[1:]}
    ours = samples.URL.partition("/sag/")[0]  # a digest leads to each case
    assert all(one.startswith(("tel:", "mailto:", f"{ours}/")) for one in addresses)


@pytest.mark.parametrize("template", TEMPLATES)
def test_text_and_html_say_the_same(template: str) -> None:
    place = f"templates/mails/{template}"
    said: dict[str, set[object]] = {"txt": set(), "html": set()}
    for use in in_templates(ROOT / "templates" / "mails"):
        path, _, _ = use.place.rpartition(":")
        stem, _, end = path.rpartition(".")
        if stem == place:
            said[end].add(use.key)
    assert said["html"] <= said["txt"]
    assert len(said["txt"] - said["html"]) <= 2  # the subject, urgent or not


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_can_be_set_as_a_letter(template: str) -> None:
    for how in ("plain", "hostile", "empty"):
        first, *rest = blocks(
            body(
                template,
                "da",
                samples.rendered(template, hostile=how == "hostile", empty=how == "empty"),
            )
        )
        assert first["kind"] == "h1"
        assert rest


def test_a_missing_value_is_an_error() -> None:
    data = samples.rendered("receipt")
    del data["title"]
    with pytest.raises(UndefinedError, match="title"):
        mail("receipt", "da", data)


def test_versions_follow_the_files() -> None:
    versions = {template_version(name) for name in TEMPLATES}
    assert len(versions) == len(TEMPLATES)
    assert template_version("decision-full", "decision-full") != template_version("decision-full")


def test_versions_follow_what_the_catalogues_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str, lang: str) -> str:
        return template_version.__wrapped__(name, None, lang)

    text = "Here is your new link"
    before = {(name, lang): version(name, lang) for name in ("case-link", "receipt")
              for lang in ("da", "en")}  # fmt: skip
    danish = words("da")
    assert danish.stands(text) == "Her er dit nye link"
    changed = {**danish._translations, text: "Et nyt link"}
    monkeypatch.setattr(danish, "_translations", changed)
    after = {key: version(*key) for key in before}
    assert {key for key in before if before[key] != after[key]} == {
        ("case-link", "da"), ("case-link", "en"),
    }  # fmt: skip
