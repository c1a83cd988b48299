"""Somebody in front of a browser, and what is watched while they use it.

On **every** page a person meets: axe finds nothing (WCAG 2.1 A and AA and its best practices),
nothing is wider than the screen, there is one h1 and a title, the language is the one chosen, the
console holds no error (a breach of the content policy is one), and nothing is fetched from
elsewhere.

Where JavaScript is off axe cannot run in the page itself. The page as it stands, answers to a
POST included, is then handed without its scripts to a second browser context that runs axe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, Route, expect

from pool.render.words import words
from tests.support.stack import RunningStack

PHONE = (390, 844)
DESKTOP = (1280, 900)
PATIENCE = 10_000
"""Milliseconds a page may take: the machine may be busy."""

_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a story is played."""

    size: tuple[int, int]
    lang: str
    js: bool

    @property
    def phone(self) -> bool:
        return self.size == PHONE

    def say(self, text: str, **params: Any) -> str:
        """An English text of the catalogues as this reader sees it."""
        return words(self.lang).t(text, **params)

    def __str__(self) -> str:
        device = "phone" if self.phone else "desktop"
        return f"{device}-{self.lang}-{'js' if self.js else 'plain'}"


class Person:
    """One browser of one's own. ``look`` runs after everything that leads to a page."""

    def __init__(self, browser: Browser, stack: RunningStack, setting: Setting) -> None:
        self.stack = stack
        self.setting = setting
        self.say = setting.say
        self.context = _context(browser, setting, js=setting.js)
        self._examiner = None if setting.js else Examiner(_context(browser, setting, js=True))
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self._console(line.type, line.text))
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._response)
        self.troubles: list[str] = []
        self.met: list[str] = []
        self.clicks = 0
        self._expected = 200

    def close(self) -> None:
        self.context.close()
        if self._examiner is not None:
            self._examiner.close()

    # -- going about

    def open(self, path: str, *, status: int = 200) -> None:
        """Type an address, or follow a link from outside."""
        self._expected = status
        answer = self.page.goto(path if path.startswith("http") else self.stack.url + path)
        assert answer is not None
        assert answer.status == status, f"{answer.status} for {answer.url}"
        self.look()

    def follow(self, text: str, *, within: Locator | None = None) -> None:
        """Press a link of the page by its words."""
        place = within if within is not None else self.page.locator("body")
        self._go(place.get_by_role("link", name=text, exact=False).first)

    def press(self, text: str, *, status: int = 200) -> None:
        """Press a button by its words; ``status`` is what the page that follows has."""
        # The button that the Enter key presses stands first, is hidden and says the same.
        button = self.page.locator("button:not([aria-hidden])").filter(has_text=text)
        self._go(button.first, status=status)

    def _go(self, target: Locator, *, status: int = 200) -> None:
        self.clicks += 1
        self._expected = status
        with self.page.expect_navigation() as coming:
            target.click()
        answer = cast(Response | None, coming.value)  # None: within the page
        assert answer is None or answer.status == status, (
            f"{answer.status} for {answer.url}\n{self.page.locator('main').inner_text()}"
        )
        self.look()

    # -- filling in

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name='{name}']:not([type=hidden])")

    def fill(self, name: str, value: str) -> None:
        """Type into a text field, choose in a list or tick a choice; by the field's name."""
        field = self.field(name)
        kind = field.first.evaluate("one => one.type")
        if kind in ("radio", "checkbox"):
            # The round mark is small: people press the words.
            one = self.page.locator(f"[name='{name}'][value='{value}']")
            self.page.locator(f"label[for='{one.get_attribute('id')}']").click()
            expect(one).to_be_checked()
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)

    # -- reading

    @property
    def text(self) -> str:
        """What the page's contents say, spaces made plain."""
        return plain(self.page.locator("main").inner_text())

    def sees(self, *texts: str) -> None:
        for text in texts:
            assert plain(text) in self.text, f"{text!r} is not on {self.page.url}:\n{self.text}"

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            assert plain(text) not in self.text, f"{text!r} is on {self.page.url}:\n{self.text}"

    def figure(self, label: str) -> str:
        """A figure's value, by its label."""
        pair = self.page.locator(".figures > div").filter(
            has=self.page.locator("dt", has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        )
        return plain(pair.first.locator("dd bdi").first.inner_text())

    # -- watching

    def look(self) -> None:
        """What must hold of every page."""
        page = self.page
        where = f"{page.url} ({self.setting})"
        self.met.append(page.url)
        assert page.locator("h1").count() == 1, where
        assert page.locator("h1").inner_text().strip(), where
        title = page.title()
        assert title.endswith(" – Puljen"), f"{where}: {title}"
        assert len(title) > len(" – Puljen"), where
        assert page.locator("html").get_attribute("lang") == self.setting.lang, where
        wide = cast(int, page.evaluate("document.documentElement.scrollWidth"))
        assert wide <= self.setting.size[0], f"{where}: {wide} px wide"
        self.examine(where)
        assert self.troubles == [], f"{where}: {self.troubles}"

    def examine(self, where: str) -> None:
        """Let axe look at the page."""
        if self._examiner is None:
            self.page.wait_for_load_state("load")
            found = Axe().run(self.page)
        else:
            found = self._examiner.run(self.page)
        assert found.violations_count == 0, f"{where}:\n{found.generate_report()}"

    def _console(self, kind: str, text: str) -> None:
        # The browser calls it an error that a page says no, or that a form came back with
        # something to correct: those are the statuses a step expects.
        if kind == "error" and f"status of {self._expected} " not in text:
            self.troubles.append(f"console: {text}")

    def _response(self, answer: Response) -> None:
        if not answer.url.startswith((self.stack.url, "data:", "blob:")):
            self.troubles.append(f"fetched from elsewhere: {answer.url}")
        if answer.status >= 500:
            self.troubles.append(f"{answer.status}: {answer.url}")


def _context(browser: Browser, setting: Setting, *, js: bool) -> BrowserContext:
    width, height = setting.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=js,
        has_touch=setting.phone,
        is_mobile=False,
        reduced_motion="reduce",
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    return context


class Examiner:
    """A page in a context that may run scripts, where axe looks at a page of one that may not."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._page = context.new_page()
        self._address = self._html = ""
        self._page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.url == self._address:
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    def run(self, page: Page) -> Any:
        """What axe says of ``page`` as it stands."""
        self._html = _SCRIPT.sub("", page.content())
        self._address = page.url.partition("#")[0]
        self._page.goto(self._address)
        return Axe().run(self._page)

    def close(self) -> None:
        self._context.close()


def plain(text: str) -> str:
    """Without the spaces that keep words together."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


@contextmanager
def persons(browser: Browser, stack: RunningStack, setting: Setting) -> Iterator[Any]:
    """Makes persons of a story, and sees them off."""
    made: list[Person] = []

    def make(**other: Any) -> Person:
        one = Person(browser, stack, setting if not other else Setting(**other))
        made.append(one)
        return one

    try:
        yield make
    finally:
        for one in made:
            one.close()
