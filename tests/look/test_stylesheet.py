"""The stylesheet: small, direction-free, ours alone, and readable in light and dark."""

from __future__ import annotations

import re

import pytest

from tests.look.gallery import STATIC

CSS = (STATIC / "css" / "puljen.css").read_text()
BARE = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)

TEXT, PART = 4.5, 3.0  # WCAG 2.1: 1.4.3 for words, 1.4.11 for what one must see to use

PAIRS: list[tuple[str, str, float]] = [
    *(("ink", ground, TEXT) for ground in ("paper", "wash", "raised", "shallow")),
    *(("muted", ground, TEXT) for ground in ("paper", "wash", "raised")),
    *(("link", ground, TEXT) for ground in ("paper", "wash", "raised", "shallow")),
    *(("visited", ground, TEXT) for ground in ("paper", "wash", "raised")),
    *(("ink", f"{kind}-ground", TEXT) for kind in ("info", "ok", "warn", "error")),
    *(("link", f"{kind}-ground", TEXT) for kind in ("info", "ok", "warn", "error")),
    *((f"{kind}", f"{kind}-ground", TEXT) for kind in ("info", "ok", "error")),
    ("warn-ink", "warn-ground", TEXT),
    ("error", "paper", TEXT),
    ("error", "raised", TEXT),
    ("error", "wash", TEXT),
    ("primary", "paper", TEXT),
    ("primary", "wash", TEXT),
    ("primary", "raised", TEXT),
    ("primary-strong", "wash", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    ("on-danger", "danger", TEXT),
    ("paper", "ink", TEXT),
    ("paper", "ok", TEXT),
    ("paper", "muted", TEXT),
    ("on-deep", "deep", TEXT),
    *(("line", ground, PART) for ground in ("paper", "wash", "raised")),
    *(("focus", ground, PART) for ground in ("paper", "wash", "raised", "shallow")),
    *(("focus", f"{kind}-ground", PART) for kind in ("info", "ok", "warn", "error")),
    ("on-deep", "deep", PART),
    ("water", "paper", PART),
    ("water", "shallow", 2.0),  # the waves in the bar repeat what its words say
    ("primary", "shallow", PART),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", block))


def schemes() -> dict[str, dict[str, str]]:
    roots = re.findall(r":root\s*\{(.*?)\}", BARE, flags=re.DOTALL)
    light = tokens(roots[0])
    return {"light": light, "dark": light | tokens(roots[1])}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_that_meet_can_be_told_apart(scheme: str) -> None:
    have = schemes()[scheme]
    faint = {
        f"{front} on {ground}": round(contrast(have[front], have[ground]), 2)
        for front, ground, least in PAIRS
        if contrast(have[front], have[ground]) < least
    }
    assert faint == {}


def test_dark_changes_every_colour_that_words_stand_on_or_in() -> None:
    dark = tokens(re.findall(r":root\s*\{(.*?)\}", BARE, flags=re.DOTALL)[1])
    assert set(schemes()["light"]) - set(dark) == set()


def test_one_stylesheet_under_thirty_kilobytes() -> None:
    assert [path.name for path in STATIC.rglob("*.css")] == ["puljen.css"]
    assert len(CSS.encode()) < 30_000


def test_only_logical_directions() -> None:
    physical = re.findall(
        r"(?:^|[;{\s])((?:margin|padding|border|inset|scroll-\w+)?-?(?:left|right|top|bottom)"
        r"(?:-[\w-]+)?|width|height|(?:min|max)-(?:width|height)|border-(?:top|bottom)-\w+-radius)"
        r"\s*:",
        re.sub(r"@media[^{]*\{", "{", BARE),
    )
    assert physical == []
    assert re.findall(r"(?:text-align|float|clear)\s*:\s*(?:left|right)", BARE) == []


def test_four_sided_values_are_the_same_on_both_sides() -> None:
    for rule, value in re.findall(r"\b(margin|padding|border-radius|inset):\s*([^;}]+)", BARE):
        parts = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "()", value).split()
        if len(parts) == 4:
            assert parts[1] == parts[3], f"{rule}: {value}"


def test_every_colour_is_a_token() -> None:
    after_tokens = BARE.split("box-sizing", 1)[1].split("@media print", 1)[0]
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", after_tokens) == []


def test_every_token_used_is_there_and_every_token_there_is_used() -> None:
    used = set(re.findall(r"var\(--([a-z-]+)\)", BARE))
    there = set(re.findall(r"--([a-z-]+)\s*:", BARE))
    assert used == there


def test_nothing_comes_from_elsewhere() -> None:
    assert re.findall(r"https?:|//|@import|@font-face", BARE) == []
    for address in re.findall(r"url\(([^)]+)\)", BARE):
        assert (STATIC / "css" / address).resolve().is_file(), address


@pytest.mark.parametrize(
    "query",
    [
        "prefers-color-scheme: dark",
        "prefers-reduced-motion: no-preference",
        "forced-colors: active",
        "print",
    ],
)
def test_other_eyes_and_media_are_thought_of(query: str) -> None:
    assert query in BARE


def test_scripts_are_small_modules_of_our_own() -> None:
    scripts = sorted((STATIC / "js").glob("*.js"))
    assert scripts
    for path in scripts:
        text = path.read_text()
        assert len(text.splitlines()) < 200, path.name
        assert not re.search(r"innerHTML|outerHTML|document\.write|eval\(|https?://", text), path
        for wanted in re.findall(r"from \"\./([^\"]+)\"", text):
            assert (path.parent / wanted).is_file()
