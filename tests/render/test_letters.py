"""Letters: tagged, titled, in the right language, with every name readable, always the same."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from pool.outbox.letter_templates import LETTERS
from pool.outbox.templates import TEMPLATES
from pool.render.letter import letter, printed
from pool.render.sheet import LetterTextError, blocks
from pool.render.words import languages
from tests.support import samples

MOMENT = samples.MOMENT
PRINTABLE = [name for name, one in TEMPLATES.items() if one.kind != "link"]


def data_of(name: str, **how: bool) -> dict[str, Any]:
    made = samples.rendered(name, name, **how)
    return {key: made[key] for key in LETTERS[name] if key in made}


def make(name: str, lang: str, **how: bool) -> bytes:
    return letter(name, lang, data_of(name, **how), moment=MOMENT)


def text_of(made: bytes) -> str:
    """What is read when the pages are read."""
    pdf = pypdfium2.PdfDocument(made)
    pages = []
    for number in range(len(pdf)):
        with contextlib.closing(pdf[number].get_textpage()) as text:
            pages.append(text.get_text_range())
    pdf.close()
    return "\n".join(pages).replace("\u00a0", " ").replace("\u200b", "").replace("\r\n", "\n")


def right_edge(made: bytes) -> float:
    """How far to the right anything reaches, in points; the paper is 595 wide."""
    pdf = pypdfium2.PdfDocument(made)
    with contextlib.closing(pdf[0].get_textpage()) as text:
        edge = max(text.get_charbox(number)[2] for number in range(text.count_chars()))
    pdf.close()
    return float(edge)


def tags(pdf: pikepdf.Pdf) -> list[str]:
    """The kinds of structure elements, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for one in node:
                walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(pdf.Root["/StructTreeRoot"])
    return found


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_accessible(name: str, lang: str) -> None:
    made = make(name, lang)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root["/MarkInfo"]["/Marked"]
        assert str(pdf.Root["/Lang"]) == lang
        assert pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"]
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Gadefest ved Voldparken" in str(metadata["dc:title"])
        found = tags(pdf)
        assert found.count("/H1") == (1 if lang == "da" else 2) <= len(pdf.pages)
        assert "/H2" in found
        assert "/Table" in found
        assert "/P" in found
        for page in pdf.pages:
            fonts = page["/Resources"]["/Font"]
            names = {str(one["/BaseFont"]).partition("+")[2] for one in fonts.values()}
            assert all(name.startswith(("NotoSans-", "Almarai-")) for name in names)


@pytest.mark.parametrize("name", LETTERS)
def test_what_a_letter_says(name: str) -> None:
    data = data_of(name) | {
        "title": "Fest på pladsen",
        "case_number": "BT-2024-0012",
        "reasons": "Fordi *vi* mener det.\n\n# Ikke en overskrift",
        "guidance": {"da": "Du kan klage.", "en": "You can complain."},
        "signature": {"da": "Arbejdsgruppen", "en": "The working group"},
    }
    if name == "decision-part":
        data |= {"granted": 500_000, "asked": 1_200_000}
    danish = text_of(letter(name, "da", data, moment=MOMENT))
    for words in ("BT-2024-0012", "Fest på pladsen", "18. oktober 2024", "Gadelandet 1"):
        assert words in danish
    assert "Fordi *vi* mener det." in danish
    assert "# Ikke en overskrift" in danish
    assert "Du kan klage." in danish
    assert "Arbejdsgruppen" in danish
    assert "12 34 56 78" in danish
    if name == "decision-part":
        assert "5.000 kr." in danish
        assert "12.000 kr." in danish
    english = text_of(letter(name, "en", data, moment=MOMENT))
    assert english.index("You can complain.") < english.index("Du kan klage.")
    assert "Page 1 of " in english


def test_a_refusal_promises_nothing() -> None:
    assert "Vilkår" not in text_of(make("decision-refused", "da"))
    assert "Vilkår" in text_of(make("decision-part", "da"))
    assert "Vilkår" not in text_of(make("decision-full", "da", empty=True))


def test_an_arabic_name_can_be_read() -> None:
    made = make("decision-part", "da")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        fonts = {
            str(one["/BaseFont"])
            for page in pdf.pages
            for one in page["/Resources"]["/Font"].values()
        }
    assert any("Almarai" in one for one in fonts)
    found = text_of(made)
    assert samples.ARABIC in found


@pytest.mark.parametrize("name", ["فاطمة نور الدين", "ٹھیک چلیک ژاله", "ڕێبوار ښکلی ډاډ"])
def test_names_of_every_arabic_script(name: str) -> None:
    data = data_of("decision-full") | {"recipient": [name]}
    made = text_of(letter("decision-full", "da", data, moment=MOMENT))
    assert "□" not in made
    assert set(name) <= set(made)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", LETTERS)
def test_the_same_letter_is_the_same_bytes(name: str, lang: str) -> None:
    assert make(name, lang) == make(name, lang)


@pytest.mark.parametrize("name", LETTERS)
def test_hostile(name: str) -> None:
    made = text_of(make(name, "en", hostile=True))
    assert "<script>alert('x')</script>" in made
    assert "#strong[x]" in made
    assert "{{ 7*7 }} %(x)s %s" in made
    assert "□□ æøå" in made  # a script no font has is boxed, a picture left out


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", PRINTABLE)
def test_every_mail_can_be_printed(name: str, lang: str) -> None:
    for how in ("plain", "hostile", "empty"):
        data = samples.rendered(name, hostile=how == "hostile", empty=how == "empty")
        if "link" in data:
            data["link"] = None
        made = printed(
            name,
            lang,
            data,
            recipient=[samples.ARABIC, "Gadelandet 1"],
            moment=MOMENT,
            legal=TEMPLATES[name].legal,
        )
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert str(pdf.Root["/Lang"]) == lang
            assert tags(pdf).count("/H1") == (2 if TEMPLATES[name].legal and lang != "da" else 1)


def test_long_words_stay_on_the_paper() -> None:
    data = data_of("decision-refused") | {"title": "x" * 200, "reasons": "y" * 500}
    made = letter("decision-refused", "da", data, moment=MOMENT)
    assert right_edge(made) < 595 - 60
    assert right_edge(make("decision-part", "da", hostile=True)) < 595 - 60


@pytest.mark.parametrize(
    "html",
    ["<div>x</div>", "x", "<p>x", "<p><b>x</b></p>", "<p>x</p></ul>", "<dd>x</dd>", "<p></em></p>"],
)
def test_what_a_letter_cannot_have(html: str) -> None:
    with pytest.raises(LetterTextError):
        blocks(html)


def test_blocks() -> None:
    assert blocks("<h1>A</h1> <p>a <strong>b</strong><br> c <a href='u'>d</a> </p>") == [
        {"kind": "h1", "runs": [{"text": "A"}]},
        {
            "kind": "p",
            "runs": [
                {"text": "a "},
                {"text": "b", "strong": True},
                {"br": True},
                {"text": "c "},
                {"text": "d", "link": "u"},
            ],
        },
    ]
    assert blocks("<ul><li>a</li><li>b</li></ul><blockquote><p>q</p></blockquote>") == [
        {"kind": "ul", "items": [[{"text": "a"}], [{"text": "b"}]]},
        {"kind": "quote", "items": [[{"text": "q"}]]},
    ]
    assert blocks("<dl><dt>k</dt><dd>v</dd></dl>") == [
        {"kind": "facts", "rows": [[[{"text": "k"}], [{"text": "v"}]]]}
    ]
