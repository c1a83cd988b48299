"""The sample pages in a browser, under the site's own content policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pool import money
from tests.look.gallery import WIDTHS

Look = tuple[str, list[bytes]]
PAGES = ["gallery", "faults", "front", "error"]


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(**options)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert troubles == []


@pytest.mark.parametrize(
    ("width", "scheme", "direction"),
    [(390, "light", "ltr"), (1280, "light", "ltr"), (1280, "dark", "ltr"), (390, "dark", "rtl")],
)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(
    look: Look, look_browser: Browser, name: str, width: int, scheme: Any, direction: str
) -> None:
    with opened(
        look_browser,
        f"{look[0]}/{name}.html?dir={direction}",
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    ) as page:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_screen(
    look: Look, look_browser: Browser, name: str, direction: str
) -> None:
    with opened(look_browser, f"{look[0]}/{name}.html?dir={direction}") as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_is_cut_off_when_letters_are_twice_as_large(
    look: Look, look_browser: Browser
) -> None:
    with opened(
        look_browser, f"{look[0]}/gallery.html", viewport={"width": 640, "height": 800}
    ) as page:
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_what_is_pressed_is_large_enough(look: Look, look_browser: Browser) -> None:
    with opened(
        look_browser, f"{look[0]}/gallery.html", viewport={"width": 390, "height": 800}
    ) as page:
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, .input, .option input")]
                .filter((one) => one.checkVisibility() && !one.matches(".button-link"))
                .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
                .filter(([, box]) => box.height < 24 || box.width < 24)
                .map(([html]) => html)"""
        )
        assert small == []


def test_steps_fold_on_a_phone_and_lie_open_on_a_desktop(look: Look, look_browser: Browser) -> None:
    for width, folded in ((390, True), (1280, False)):
        with opened(
            look_browser, f"{look[0]}/faults.html", viewport={"width": width, "height": 800}
        ) as page:
            summary = page.get_by_text("Trin 2 af 4")
            step = page.locator(".step", has_text="Se igennem")
            if folded:
                expect(step).not_to_be_visible()
                summary.click()
            else:
                expect(summary).not_to_be_visible()
            expect(step).to_be_visible()


def test_the_summary_takes_the_focus_and_leads_to_the_fault(
    look: Look, look_browser: Browser
) -> None:
    with opened(look_browser, f"{look[0]}/faults.html") as page:
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.get_by_role("link", name="Beløbet kan ikke læses. Skriv").click()
        expect(page.locator("#amount")).to_be_focused()
        page.get_by_role("link", name="Vælg, hvem der søger.").click()
        expect(page.locator("#kind")).to_be_focused()


def test_the_budget_grows_shrinks_and_adds_up(look: Look, look_browser: Browser) -> None:
    with opened(look_browser, f"{look[0]}/faults.html") as page:
        total = page.locator("#budget .budget-sum")
        expect(total).to_contain_text("8.000\u00a0kr.")
        page.locator("#budget-1-amount").fill("1.250,50")
        expect(total).to_contain_text("9.250,50\u00a0kr.")
        page.locator("#amount").fill("10 000 kr")
        expect(total).to_contain_text("Du søger om 10.000\u00a0kr.")
        page.get_by_role("button", name="Tilføj flere linjer").click()
        expect(page.locator("#budget-3-post")).to_be_focused()
        expect(page.locator("#budget-3-text")).to_have_value("")
        page.locator("#budget-3-amount").fill("749,50")
        expect(total).to_have_text("I alt: 10.000\u00a0kr.")
        page.get_by_role("button", name="Fjern linje 1").click()
        expect(page.locator("#budget-0-text")).to_have_value("Suppe til 60")
        expect(page.locator("#budget-2-amount")).to_have_value("749,50")
        expect(page.get_by_role("group", name="Linje 3")).to_be_visible()
        assert page.locator(".budget-row").count() == 3
        expect(total).to_contain_text("2.000\u00a0kr.")


def test_a_question_not_asked_is_hidden(look: Look, look_browser: Browser) -> None:
    with opened(look_browser, f"{look[0]}/faults.html") as page:
        expect(page.get_by_label("Hvad haster?")).to_be_visible()
        page.get_by_label("Nej").check()
        expect(page.get_by_label("Hvad haster?")).to_be_hidden()


def test_characters_are_counted(look: Look, look_browser: Browser) -> None:
    with opened(look_browser, f"{look[0]}/gallery.html") as page:
        page.locator("#safety").fill("a" * 150)
        expect(page.locator("#safety-count")).to_have_text("50 tegn tilbage")
        page.locator("#safety").fill("å" * 201)
        expect(page.locator("#safety-count")).to_have_text("1 tegn for meget")


def test_a_draft_is_saved_while_it_is_written(look: Look, look_browser: Browser) -> None:
    address, posts = look
    posts.clear()
    with opened(look_browser, f"{address}/gallery.html") as page:
        page.locator("#title").fill("Fællesspisning")
        expect(page.locator("[data-autosave-status]")).to_contain_text("Gemt kl. ")
        # A page closed just before may still be heard: only this one's saves are counted.
        assert len([post for post in posts if "Fællesspisning".encode() in post]) == 1
        assert page.evaluate("sessionStorage.length") == 0


def test_what_could_not_be_saved_is_kept_and_sent_later(look: Look, look_browser: Browser) -> None:
    address, posts = look
    context = look_browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/gallery.html")
    context.set_offline(True)
    page.locator("#title").fill("Uden forbindelse")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Ingen forbindelse")
    assert page.evaluate("sessionStorage.length") == 1
    posts.clear()
    context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_contain_text("Gemt kl. ")
    assert b"Uden forbindelse" in posts[-1]
    page.route("**/save", lambda route: route.abort())
    page.locator("#title").fill("Lukket for tidligt")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Ingen forbindelse")
    page.goto(f"{address}/front.html")
    page.goto(f"{address}/gallery.html")
    expect(page.locator("#title")).to_have_value("Lukket for tidligt")
    page.unroute("**/save")
    page.locator("#starts_on").fill("18.10.2024")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Gemt kl. ")
    assert b"Lukket for tidligt" in posts[-1]
    context.close()


def test_a_double_press_is_sent_once_and_a_later_one_is_let_through(
    look: Look, look_browser: Browser
) -> None:
    with opened(look_browser, f"{look[0]}/faults.html") as page:
        page.evaluate(
            """() => {
                window.sent = 0;
                document.addEventListener("submit", (event) => {
                    if (!event.defaultPrevented) window.sent += 1;
                    event.preventDefault();
                });
            }"""
        )
        page.get_by_role("button", name="Videre").dblclick()
        assert page.evaluate("window.sent") == 1
        page.wait_for_timeout(1600)
        page.get_by_role("button", name="Videre").click()
        assert page.evaluate("window.sent") == 2


def test_a_link_is_copied(look: Look, look_browser: Browser) -> None:
    with opened(
        look_browser,
        f"{look[0]}/gallery.html",
        permissions=["clipboard-read", "clipboard-write"],
    ) as page:
        page.get_by_role("button", name="Kopiér").click()
        expect(page.locator("[data-copy]")).to_have_text("Kopieret")
        assert page.evaluate("navigator.clipboard.readText()").endswith("/kladde/8fk3")


def test_without_scripts_everything_is_there(look: Look, look_browser: Browser) -> None:
    with opened(look_browser, f"{look[0]}/faults.html", java_script_enabled=False) as page:
        expect(page.get_by_label("Hvad haster?")).to_be_visible()
        expect(page.get_by_role("button", name="Tilføj flere linjer")).to_be_visible()
        expect(page.get_by_role("button", name="Fjern linje 1")).to_have_count(0)
        page.get_by_role("link", name="Beløbet kan ikke læses. Skriv").click()
        assert page.url.endswith("#amount")


def test_what_the_keyboard_stands_on_is_seen(look: Look, look_browser: Browser) -> None:
    with opened(look_browser, f"{look[0]}/front.html") as page:
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Spring til indholdet")
        expect(skip).to_be_focused()
        box = skip.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert skip.evaluate("one => getComputedStyle(one).outlineWidth") == "3px"
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_paper_shows_the_contents_and_leaves_the_buttons(look: Look, look_browser: Browser) -> None:
    with opened(look_browser, f"{look[0]}/gallery.html") as page:
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", name="Dine svar")).to_be_visible()
        expect(page.get_by_text("Dukkeforeningen Snoren").first).to_be_visible()
        expect(page.locator(".menu")).to_be_hidden()
        expect(page.locator(".actions").first).to_be_hidden()


AMOUNTS = [
    "10.000", "10000", "10.000,50", "10 000 kr", "10\u00a0000,5 kr.", "kr. 500", "DKK 7,-",
    "0,05", "1.234.567,89", "10.50", "1,234.50", "1.23", "12,345", "-5", "", "kr", "abc", "1 00",
]  # fmt: skip


def test_script_and_server_read_amounts_alike(look: Look, look_browser: Browser) -> None:
    def read(typed: str) -> int | None:
        try:
            return money.parse(typed)
        except money.NotMoney:
            return None

    with opened(look_browser, f"{look[0]}/front.html") as page:
        seen = page.evaluate(
            """async (all) => {
                const { parse, show } = await import("/static/js/money.js");
                return all.map(parse).map((ore) => [ore, ore === null ? "" : show(ore)]);
            }""",
            AMOUNTS,
        )
    expected = [read(typed) for typed in AMOUNTS]
    assert [ore for ore, _ in seen] == expected
    assert [words for _, words in seen] == [
        "" if ore is None else money.show(ore) for ore in expected
    ]
