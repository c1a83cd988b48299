"""Words, money, days and moments as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markupsafe import Markup

from pool.render import words as module
from pool.render.environment import environment_for, paragraphs, quoted
from pool.render.words import CatalogueError, conflicts, languages, words

DAY = date(2024, 10, 8)
MOMENT = datetime(2024, 10, 18, 10, 5, tzinfo=UTC)

HEADER = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.mark.parametrize(
    ("lang", "day", "moment"),
    [
        ("da", "8. oktober 2024", "18. oktober 2024 kl. 12.05"),
        ("en", "8 October 2024", "18 October 2024 at 12.05"),
    ],
)
def test_time(lang: str, day: str, moment: str) -> None:
    spoken = words(lang)
    assert spoken.day(DAY) == day
    assert spoken.day("2024-10-08") == day
    assert spoken.short_day(DAY) == "08.10.2024"
    assert spoken.moment(MOMENT) == moment
    assert spoken.moment(MOMENT.isoformat()) == moment


def test_a_moment_is_told_by_copenhagens_clock_and_day() -> None:
    late = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    assert words("da").moment(late) == "1. januar 2025 kl. 00.30"
    assert words("da").day(late) == "1. januar 2025"


def test_money_is_written_in_one_way() -> None:
    for lang in languages():
        assert words(lang).money(123_456) == "1.234,56\u00a0kr."
        assert words(lang).money(9_600_000) == "96.000\u00a0kr."


def test_a_text_falls_back_to_danish() -> None:
    assert words("en").text({"da": "ja", "en": "yes"}) == "yes"
    assert words("en").text({"da": "ja"}) == "ja"
    assert words("en").text({"da": "ja", "en": ""}) == "ja"
    assert words("en").text("as it is") == "as it is"


def test_languages() -> None:
    assert languages()[:2] == ("da", "en")
    assert words("xx") is words("da")
    assert (words("da").name, words("en").name) == ("dansk", "English")
    assert words("da").dir == "ltr"


def test_filling_in() -> None:
    english = words("en")
    assert english.t("100 % sure") == "100 % sure"
    assert english.t("%(n)s %% of %(what)s", n=5, what="<b>") == "5 % of <b>"
    marked = english.t("<%(a)s> %(b)s", a="<i>", b=Markup("<b>x</b>"))
    assert marked == "&lt;&lt;i&gt;&gt; <b>x</b>"
    with pytest.raises(KeyError):
        english.t("%(n)s of %(what)s", n=5)
    assert english.plural("%(n)s day", "%(n)s days", 1) == "1 day"
    assert english.plural("%(n)s day", "%(n)s days", 0) == "0 days"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Catalogues of the test's own."""
    monkeypatch.setattr(module, "_folder", lambda: tmp_path)
    words.cache_clear()
    yield tmp_path
    words.cache_clear()


def write(folder: Path, name: str, body: str, lang: str = "da") -> None:
    (folder / lang).mkdir(exist_ok=True)
    (folder / lang / f"{name}.po").write_text(HEADER + body, encoding="utf-8")


def test_catalogues_are_read_together(folder: Path) -> None:
    write(folder, "a", 'msgid "Yes"\nmsgstr "Ja"\n\nmsgid "No"\nmsgstr ""\n')
    write(folder, "b", 'msgid "Yes"\nmsgstr "Ja"\n\n#, fuzzy\nmsgid "Maybe"\nmsgstr "Snart"\n')
    write(
        folder,
        "c",
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\n'
        'msgstr[0] "%(n)s dag"\nmsgstr[1] "%(n)s dage"\n',
    )
    danish = words("da")
    assert [danish.t(one) for one in ("Yes", "No", "Maybe", "Never")] == [
        "Ja",
        "No",
        "Maybe",
        "Never",
    ]
    assert danish.plural("%(n)s day", "%(n)s days", 1) == "1 dag"
    assert danish.plural("%(n)s day", "%(n)s days", 2) == "2 dage"


def test_of_two_translations_the_first_holds_and_it_is_told(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, "a", 'msgid "Yes"\nmsgstr "Ja"\n')
    write(folder, "b", 'msgid "Yes"\nmsgstr "Jo"\n')
    assert words("da").t("Yes") == "Ja"
    assert "'Ja' in da/a.po and 'Jo' in da/b.po" in caplog.text
    assert len(conflicts("da")) == 1


def test_a_broken_catalogue_is_named(folder: Path) -> None:
    write(folder, "a", 'msgid "Yes"\nnonsense\n')
    with pytest.raises(CatalogueError, match=r"da/a\.po"):
        words("da")


def test_languages_are_the_folders(folder: Path) -> None:
    write(folder, "a", 'msgid "Yes"\nmsgstr "نعم"\n', lang="ar")
    write(folder, "a", 'msgid "Yes"\nmsgstr "Evet"\n', lang="tr")
    assert languages() == ("da", "en", "ar", "tr")
    assert (words("ar").t("Yes"), words("ar").dir) == ("نعم", "rtl")


def test_what_people_typed() -> None:
    typed = "one <b>\r\ntwo\r\n\r\n \r\nthree\n"
    assert paragraphs(typed) == "<p>one &lt;b&gt;<br>two</p>\n<p>three</p>"
    assert quoted(typed) == "> one <b>\n> two\n>\n>\n> three"
    assert paragraphs("") == ""


def test_the_environment_escapes_and_misses_nothing() -> None:
    environment = environment_for("da")
    render = environment.from_string
    assert render("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    assert render("{{ 100|money }} {{ '2024-10-08'|day }}").render() == (
        "1\u00a0kr. 8. oktober 2024"
    )
    assert render("{{ x|short_day }} {{ y|moment }} {{ z|text }}").render(
        x=DAY, y=MOMENT, z={"da": "hej", "en": "hi"}
    ) == ("08.10.2024 18. oktober 2024 kl. 12.05 hej")
    assert render("{{ ngettext('%(n)s x', '%(n)s xs', 2) }}").render() == "2 xs"
    assert render("{{ words().lang }}").render() == "da"
    with pytest.raises(Exception, match="'y' is undefined"):
        render("{{ y }}").render()
