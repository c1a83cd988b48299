"""Mails and letters can be read: contrast by WCAG 2.1 AA in both schemes, on a narrow screen, by
axe's rules; and another language is one catalogue more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from pool.outbox.templates import TEMPLATES
from pool.render import environment
from pool.render import words as words_module
from pool.render.mail import Mail, mail
from pool.render.words import languages, words
from tests.look.gallery import chromium
from tests.render.extraction import ROOT
from tests.support import samples

FRAME = (ROOT / "templates" / "mails" / "frame.html").read_text(encoding="utf-8")
TYPST = (ROOT / "templates" / "letters" / "letter.typ").read_text(encoding="utf-8")
Rules = dict[str, dict[str, str]]


def rules(css: str) -> Rules:
    """Selector → what is declared for it, a later rule over an earlier one."""
    found: Rules = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        for selector in selectors.split(","):
            told = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
            found.setdefault(selector.strip(), {}).update(
                {key.strip(): value.strip() for key, value in told.items()}
            )
    return found


def schemes() -> dict[str, Rules]:
    css = FRAME.partition("<style>")[2].partition("</style>")[0]
    light, _, dark = css.partition("@media (prefers-color-scheme: dark) {")
    assert dark
    first = rules(light)
    second = {key: dict(value) for key, value in first.items()}
    for selector, told in rules(dark.rstrip().removesuffix("}") + "}").items():
        second.setdefault(selector, {}).update(told)
    return {"light": first, "dark": second}


def colour(value: str) -> str:
    """The colour in the value of a ``background``, ``border`` or ``color``, as six digits."""
    (found,) = re.findall(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", value)
    return str(found if len(found) == 6 else "".join(2 * one for one in found))


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.1 defines it, 1 to 21."""
    dark, light = sorted((luminance(colour(one)), luminance(colour(other))))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_a_mail_stands_out(scheme: str) -> None:
    told = schemes()[scheme]
    paper = told["section"]["background"]
    for selector in ("body", ".pool", "footer", "dt", "a"):
        assert contrast(told[selector]["color"], paper) >= 4.5, (scheme, selector)
    assert contrast(told["body"]["color"], told["body"]["background"]) >= 4.5
    button = told[".action a"]
    assert contrast(button["color"], button["background"]) >= 4.5
    assert contrast(button["background"], paper) >= 3  # that it is a button
    edge = told["blockquote"].get("border-color") or told["blockquote"]["border-inline-start"]
    assert contrast(edge, paper) >= 3  # what tells a quotation from our own words


def test_every_text_of_a_letter_stands_out() -> None:
    found = dict(re.findall(r'#let (ink|quiet|accent) = rgb\("(#[0-9a-f]{6})"\)', TYPST))
    assert len(found) == 3
    for name, value in found.items():
        assert contrast(value, "#fff") >= 4.5, name


def test_no_letter_of_a_mail_is_small() -> None:
    sizes = re.findall(r"font-size: ([\d.]+)rem", FRAME)
    assert sizes
    assert min(map(float, sizes)) >= 0.875


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def make(name: str, lang: str, *, hostile: bool = False) -> Mail:
    data = samples.rendered(name, hostile=hostile)
    return mail(name, lang, data, legal=TEMPLATES[name].legal)


def together() -> str:
    """All mails in one frame: as each is, and with the worst that can be typed."""
    first = make("receipt", "en").html
    head, rest = first.split("<main>\n")
    inside = [
        made.html.partition("<main>")[2].rpartition("</main>")[0]
        for name in TEMPLATES
        for made in (make(name, "en"), make(name, "da", hostile=True))
    ]
    return head + "<main>" + "\n".join(inside) + "</main>" + rest.rpartition("</main>")[2]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(browser: Browser, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": 320, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=True,
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(make("decision-part", "en").html)
    assert Axe().run(page).response["violations"] == []
    page.set_content(together())
    wide = page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(one =>"
        " one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML)"
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.querySelector('section').getBoundingClientRect().width") < 640
    assert asked == []  # nothing is fetched, by nobody
    page.close()


@pytest.fixture
def arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The catalogues, and one of another language with a few texts."""
    folder = tmp_path / "catalogues"
    shutil.copytree(ROOT / "templates" / "catalogues", folder)
    (folder / "ar").mkdir()
    (folder / "ar" / "mails.po").write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "We have received your application"\nmsgstr "استلمنا طلبك"\n\n'
        'msgid "Do you have questions?"\nmsgstr "هل لديك أسئلة؟"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(words_module, "_folder", lambda: folder)
    words.cache_clear()
    environment.environment_for.cache_clear()
    yield
    words.cache_clear()
    environment.environment_for.cache_clear()


def test_another_language_is_one_catalogue_more(arabic: None) -> None:
    assert "ar" in languages()
    for name, template in TEMPLATES.items():
        made = make(name, "ar")
        assert '<html lang="ar" dir="rtl">' in made.html
        assert made.html.count("<section ") == (2 if template.legal else 1), name
        assert ('<section lang="da" dir="ltr">' in made.html) == template.legal
        if template.legal:
            assert make(name, "da").text.strip() in made.text, name
    receipt = make("receipt", "ar")
    assert receipt.text.startswith("استلمنا طلبك\n")
    assert "هل لديك أسئلة؟" in receipt.text
    assert "Thank you for applying to" in receipt.text  # not yet translated: the English words
