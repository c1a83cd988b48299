"""Pictures are made anew: upright, without place data, and never a bomb."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from pool.files import FileRefused, pictures, prepare
from tests.files.samples import SECRET, XMP, drawn, opened, picture, telling_exif

SECRET_BYTES = SECRET.encode()
FORMS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}


def code(name: str, data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        prepare(name, data)
    return refused.value.code


def beside(image: Image.Image) -> set[str]:
    """What the file says beside its pixels."""
    return {str(key) for key in image.info} - {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "loop",
        "duration",
        "background",
        "version",
        "transparency",
        "timestamp",
        "extension",
        "default_image",
        "dpi",
    }


@pytest.mark.parametrize("kind", FORMS)
def test_place_camera_and_comments_are_gone(kind: str) -> None:
    how = {"exif": telling_exif(), "xmp": XMP} if kind != "png" else {"exif": telling_exif()}
    if kind == "png":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        text.add_text("Secret", SECRET, zip=True)
        how["pnginfo"] = text  # type: ignore[assignment]
    if kind == "jpeg":
        how["comment"] = SECRET_BYTES  # type: ignore[assignment]
    data = picture(FORMS[kind], **how)
    assert SECRET_BYTES in data
    assert dict(opened(data).getexif().get_ifd(0x8825)) != {}
    prepared = prepare(f"a.{kind}", data)
    assert SECRET_BYTES not in prepared.data
    assert b"Exif" not in prepared.data
    assert b"xmpmeta" not in prepared.data
    image = opened(prepared.data)
    assert image.format == FORMS[kind]
    assert dict(image.getexif()) == {}
    assert beside(image) == set()
    assert (prepared.width, prepared.height) == image.size == (60, 40)


def test_comments_in_a_gif_are_gone() -> None:
    data = picture("GIF", comment=SECRET_BYTES)
    assert SECRET_BYTES in data
    assert SECRET_BYTES not in prepare("a.gif", data).data


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_hidden_behind_a_picture_is_gone(kind: str) -> None:
    data = picture(FORMS[kind]) + b"<script>alert(1)</script>" + SECRET_BYTES
    assert SECRET_BYTES not in prepare(f"a.{kind}", data).data


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_without_saying_so(kind: str, orientation: int) -> None:
    """The camera turned the pixels and wrote how to turn them back; here that is done."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = drawn()
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    out = io.BytesIO()
    stored.save(out, FORMS[kind], exif=telling_exif(orientation), quality=95)
    prepared = prepare(f"a.{kind}", out.getvalue())
    image = opened(prepared.data).convert("RGB")
    assert image.size == (60, 40) == (prepared.width, prepared.height)
    dark, light = image.getpixel((5, 20)), image.getpixel((50, 20))
    assert isinstance(dark, tuple)
    assert isinstance(light, tuple)
    assert sum(dark) < 250 < 400 < sum(light)


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "1"),
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
        ("GIF", "L"),
        ("GIF", "P"),
    ],
)
def test_every_way_of_keeping_colours_survives(form: str, mode: str) -> None:
    before = opened(picture(form, mode=mode))
    after = opened(prepare(f"a.{form.lower()}", picture(form, mode=mode)).data)
    assert after.mode == before.mode
    one, other = before.convert("RGB").getpixel((50, 20)), after.convert("RGB").getpixel((50, 20))
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    assert all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def test_a_colour_said_to_be_transparent_stays_so() -> None:
    data = picture("PNG", mode="P", transparency=0)
    assert opened(prepare("a.png", data).data).info["transparency"] is not None


def test_the_colour_profile_stays_where_it_is_of_ordinary_size() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind, form in FORMS.items():
        kept = opened(prepare(f"a.{kind}", picture(form, icc_profile=profile)).data)
        assert kept.info["icc_profile"] == profile
        stuffed = prepare(f"a.{kind}", picture(form, icc_profile=profile + SECRET_BYTES * 6000))
        assert SECRET_BYTES not in stuffed.data


def noisy(size: tuple[int, int]) -> Image.Image:
    return Image.effect_noise(size, 60).convert("RGB")


def test_a_photograph_neither_grows_nor_is_spoilt() -> None:
    out = io.BytesIO()
    noisy((800, 600)).save(out, "JPEG", quality=75, exif=telling_exif())
    prepared = prepare("a.jpg", out.getvalue())
    assert len(prepared.data) == pytest.approx(len(out.getvalue()), rel=0.05)


def test_a_lossless_webp_stays_lossless() -> None:
    out = io.BytesIO()
    image = noisy((64, 64))
    image.save(out, "WEBP", lossless=True)
    assert list(
        opened(prepare("a.webp", out.getvalue()).data).convert("RGB").get_flattened_data()
    ) == list(image.get_flattened_data())


@pytest.mark.parametrize(("size", "kept"), [((5000, 3000), (4096, 2458)), ((9000, 20), (4096, 9))])
def test_a_very_large_photograph_is_made_smaller(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    prepared = prepare("a.jpg", picture("JPEG", size=size))
    assert (prepared.width, prepared.height) == kept == opened(prepared.data).size


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_goes_on_moving(form: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(
        out, form, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0
    )
    again = opened(prepare(f"a.{form.lower()}", out.getvalue()).data)
    assert getattr(again, "n_frames", 1) == 3
    colours = []
    for n in range(3):
        again.seek(n)
        colours.append(again.convert("RGB").getpixel((10, 10)))
    assert [c.index(max(c)) for c in colours if isinstance(c, tuple)] == [0, 1, 2]


def test_a_picture_of_two_as_telephones_make_them_is_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.BytesIO()
    drawn().save(out, "MPO", save_all=True, append_images=[drawn(size=(30, 20))])
    prepared = prepare("a.jpg", out.getvalue())
    image = opened(prepared.data)
    assert (image.format, image.size) == ("JPEG", (60, 40))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it has this size; its pixels are zeros packed small."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(height * (width // 8 + 1), 2_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    data = bytearray(picture("JPEG", size=(16, 16)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", png_of(60_000, 60_000)),
        ("a.png", png_of(5_000, 5_000)),
        ("a.png", png_of(12_000, 8_000)),
        ("a.jpg", jpeg_of(60_000, 60_000)),
        ("a.jpg", jpeg_of(8_100, 8_100)),
    ],
)
def test_a_picture_too_large_to_unpack_is_refused_unopened(name: str, data: bytes) -> None:
    assert code(name, data) == "too-many-pixels"


def test_a_progressive_jpeg_has_the_smaller_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS_WHOLE", 2_000)
    assert code("a.jpg", picture("JPEG", progressive=True)) == "too-many-pixels"
    assert prepare("a.jpg", picture("JPEG")).width == 60


def test_a_film_of_many_frames_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("L", (4, 4), n % 250) for n in range(30)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(pictures, "_MOST_FRAMES", 20)
    assert code("a.gif", out.getvalue()) == "too-many-pixels"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_broken_picture_is_said_to_be_damaged(form: str) -> None:
    data = picture(form, size=(300, 200))
    for cut in (len(data) // 2, 40):
        assert code(f"a.{form.lower()}", data[:cut]) == "damaged"


def test_rubbish_behind_the_right_first_bytes_is_damaged() -> None:
    for form in ("JPEG", "PNG", "WEBP", "GIF"):
        head = picture(form)[:16]
        assert code(f"a.{form.lower()}", head + b"rubbish" * 100) == "damaged"
