"""The casework's pages in a browser: with scripts and without, by keyboard, at every width, and
as axe sees them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from pool.db import Database
from pool.web.access import public
from tests.look.gallery import WIDTHS, chromium
from tests.support import district
from tests.support.house import RECORD, World
from tests.web.caseworking import REASONS, decisions, sent
from tests.web.conftest import Clock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")  # Playwright allows one at a time in a process
def case_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return district.make_district(database, clock())


@pytest.fixture
def address(app: Flask, story: World) -> Iterator[str]:
    """The application at work, with a door that signs in by first name."""
    from pool.identity import people
    from pool.web import who
    from pool.web.context import read

    @public
    def door(name: str) -> tuple[str, int]:
        person = people.get(read(), story.people[name])
        assert person is not None
        who.begin(person)
        return "", 204

    app.add_url_rule("/door/<name>", "door", door)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def at_work(browser: Browser, address: str, name: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(15_000)
    context.request.get(f"/door/{name}")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda line: (
            troubles.append(line.text) if line.type == "error" and "422" not in line.text else None
        ),
    )
    yield page
    context.close()
    assert troubles == []


def some_cases(story: World) -> None:
    """One of each kind of page: decided, asked, out of reach; of the big pool ready to be
    recommended, recommended, and decided without being announced."""
    decided = story.apply(title="Et meget langt navn på en aktivitet " * 4)
    story.do(decided, "sofie", "ask", questions="Hvor mange?", due_on="2026-03-16")
    story.do(decided, "applicant", "answer", answer="Hundrede.")
    record = {"made_on": "2026-03-02", "made_where": "mail", "took_part": "Karim, Jens"}
    story.do(decided, "sofie", "grant-part", amount="8.000", reasons=REASONS, record=record)
    story.do(decided, "ole", "pay", reference="B" * 50, paid_on="2026-03-04")
    story.apply(title="Den åbne", email="", phone="22334455")
    ready = district.apply(story)
    district.to_screened(story, ready)
    district.to_recommended(story, district.apply(story), "part", amount="6.000")
    quiet = district.apply(story)
    district.to_recommended(story, quiet)
    story.do(quiet, "karim", "grant-part", amount="7.000", reasons=REASONS, record=dict(RECORD))


PAGES = (
    "/sager/?state=all&text=a",
    "/sager/BT-2026-1",
    "/sager/BT-2026-2",
    "/sager/BT-2026-2/afgoer?valg=grant-part",
    "/sager/BT-2026-2/goer/ask",
    "/sager/BT-2026-1/goer/report",
    "/sager/BT-2026-1/goer/close",
    "/sager/BT-2026-2/inhabil",
    "/sager/BT-2026-2/notat",
    "/sager/BT-2026-1/beskeder/1",
    "/sager/BP-2026-1/goer/recommend",
    "/sager/BP-2026-2/afgoer?valg=grant-part",
    "/sager/BP-2026-3",
    "/sager/BP-2026-3/goer/announce-grant",
    "/opgaver",
)


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    story: World, address: str, case_browser: Browser
) -> None:
    some_cases(story)
    for scheme, width in (("light", 390), ("dark", 1280)):
        options: dict[str, Any] = {
            "color_scheme": scheme,
            "reduced_motion": "reduce",
            "viewport": {"width": width, "height": 800},
        }
        with at_work(case_browser, address, "sofie", **options) as page:
            for path in PAGES:
                page.goto(path)
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                found = Axe().run(page)
                assert found.violations_count == 0, f"{path}: {found.generate_report()}"
                for wide in WIDTHS:
                    page.set_viewport_size({"width": wide, "height": 800})
                    now = page.evaluate("document.documentElement.scrollWidth")
                    assert now <= wide, f"{path} at {wide}"
            page.goto(PAGES[3])
            page.get_by_role("button", name="Registrér og send brevet").click()
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_the_preview_in_a_browser(story: World, address: str, case_browser: Browser) -> None:
    story.apply(lang="en")
    with at_work(case_browser, address, "karim", viewport={"width": 320, "height": 700}) as page:
        page.goto("/sager/BT-2026-1/afgoer?valg=refuse")
        page.locator("#reasons").fill(REASONS + " " + "x" * 300)
        page.get_by_role("button", name="Se brevet først").last.click()
        expect(page.get_by_role("heading", name="Det her bliver sendt")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_a_sentence_is_put_in_and_the_place_for_the_facts_marked(
    story: World, address: str, case_browser: Browser
) -> None:
    case_id = story.apply()
    with at_work(case_browser, address, "karim") as page:
        page.goto("/sager/BT-2026-1")
        page.get_by_role("link", name="Giv afslag").click()
        expect(page.locator("#amount")).not_to_be_visible()
        page.locator("#reasons").fill("Kære Lene.")
        page.get_by_text("Sætninger at begynde med").click()
        page.get_by_role("button", name="Indsæt For få deltagere til prisen").click()
        reasons = page.locator("#reasons")
        expect(reasons).to_be_focused()
        expect(page.locator("#criterion")).to_have_value("too-few")
        page.keyboard.type("40 personer til 9.500 kr.")  # over the marked place
        written = reasons.input_value()
        assert written.startswith("Kære Lene.\n\nDet er et kriterium")
        assert "40 personer til 9.500 kr., og det er" in written
        assert "…" not in written
        page.get_by_role("button", name="Afgør og send brevet").click()
        expect(page.get_by_text("Sagen er afgjort.")).to_be_visible()
    [made] = decisions(story, case_id)
    assert (made.outcome, made.criterion) == ("refused", "too-few")


def test_fields_come_and_go_with_the_choice(
    story: World, address: str, case_browser: Browser
) -> None:
    story.apply()
    with at_work(case_browser, address, "karim") as page:
        page.goto("/sager/BT-2026-1/afgoer")
        for choice, amount, reasons in (
            ("Bevilg det hele", False, False),
            ("Bevilg en del", True, True),
            ("Giv afslag", False, True),
        ):
            page.get_by_label(choice).check()
            assert page.locator("#amount").is_visible() is amount
            assert page.locator("#reasons").is_visible() is reasons


def test_approving_by_keyboard_alone_without_scripts(
    story: World, address: str, case_browser: Browser
) -> None:
    case_id = story.apply()
    with at_work(case_browser, address, "karim", java_script_enabled=False) as page:
        page.goto("/sager/")
        for link in ("Gadefest ved hjørnet", "Bevilg det hele"):
            page.get_by_role("link", name=link).focus()
            page.keyboard.press("Enter")
        page.get_by_label("Bevilg en del").focus()
        page.keyboard.press("Space")
        page.locator("#amount").fill("8.000")
        page.locator("#amount").press("Enter")  # shows the letter, sends nothing
        expect(page.locator(".summary")).to_contain_text("Udfyld feltet.")
        page.locator("#reasons").fill(REASONS)
        page.locator("#amount").press("Enter")
        expect(page.get_by_role("heading", name="Det her bliver sendt")).to_be_visible()
        assert decisions(story, case_id) == []
        page.get_by_role("button", name="Afgør og send brevet").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Sagen er afgjort.")).to_be_visible()
    assert "decision-part" in sent(story, case_id)


def test_two_tabs_and_a_double_click(story: World, address: str, case_browser: Browser) -> None:
    case_id = story.apply()
    with at_work(case_browser, address, "karim") as page:
        page.goto("/sager/BT-2026-1/afgoer?valg=grant")
        other = page.context.new_page()
        other.goto("/sager/BT-2026-1/afgoer?valg=refuse")
        other.locator("#reasons").fill(REASONS)
        page.get_by_role("button", name="Afgør og send brevet").dblclick()
        expect(page.get_by_text("Sagen er afgjort.")).to_be_visible()
        other.get_by_role("button", name="Afgør og send brevet").click()
        expect(other.locator(".summary")).to_contain_text("En anden har været her")
        expect(other.locator("#reasons")).to_have_value(REASONS)
    assert [one.outcome for one in decisions(story, case_id)] == ["full"]
