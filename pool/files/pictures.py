"""Pictures made anew: upright, and without what a camera writes beside them (place, time,
serial number, comments, thumbnails) or what somebody hid behind them."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, ImageSequence, JpegImagePlugin

from pool.files.kinds import Kind
from pool.files.refusals import FileRefused

MAX_PIXELS = 64_000_000
"""Of a JPEG, which can be read at a fraction of its size."""
MAX_PIXELS_WHOLE = 24_000_000
"""Of a picture that must be unpacked whole to be read."""
MAX_PIXELS_HEAVY = 9_000_000
"""Of a WebP, whose codec takes three times the memory of the others, and of a moving picture,
all its frames together."""
LONGEST_SIDE = 4096
"""Of a JPEG as stored; larger ones are made smaller. Enough for A3 in print."""

_READ_AS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "gif": ("GIF",)}
_ICC_MOST = 64 * 1024
_MOST_FRAMES = 500
# A picture takes up to some 200 MB while it is made anew: one at a time in a process.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew. Sides in pixels."""

    data: bytes
    width: int
    height: int


def clean(kind: Kind, data: bytes) -> Picture:
    """The picture upright and without anything beside its pixels and their colour profile.

    Raises :class:`FileRefused` (``too-many-pixels``, ``damaged``).
    """
    with _ONE_AT_A_TIME:
        try:
            with Image.open(io.BytesIO(data), formats=_READ_AS[kind.key]) as image:
                _check_size(kind, image)
                return _jpeg(image) if kind.key == "jpeg" else _whole(kind, image, data)
        except (FileRefused, MemoryError):
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many(MAX_PIXELS) from error
        except Exception as error:  # a broken picture fails in many ways, all of them damage
            raise FileRefused("damaged") from error


def _too_many(limit: int) -> FileRefused:
    return FileRefused("too-many-pixels", limit=limit // 1_000_000)


def _limit(kind: Kind, image: Image.Image, frames: int) -> int:
    if kind.key == "webp" or frames > 1:
        return MAX_PIXELS_HEAVY
    light = kind.key == "jpeg" and not image.info.get("progressive")
    return MAX_PIXELS if light else MAX_PIXELS_WHOLE


def _check_size(kind: Kind, image: Image.Image) -> None:
    """By the header, before a pixel is unpacked. A progressive JPEG is unpacked whole."""
    frames = 1 if kind.key == "jpeg" else getattr(image, "n_frames", 1)
    limit = _limit(kind, image, frames)
    if image.width * image.height * frames > limit or frames > _MOST_FRAMES:
        raise _too_many(limit)


def _profile(image: Image.Image) -> dict[str, Any]:
    profile = image.info.get("icc_profile")
    return {"icc_profile": profile} if profile and len(profile) <= _ICC_MOST else {}


def _jpeg(image: Image.Image) -> Picture:
    """The first picture of the file, packed with the tables it came with, so that it neither
    loses nor grows much."""
    how: dict[str, Any] = {"quality": 90}
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        how = _same_packing(image)
        if max(image.size) > LONGEST_SIDE:
            # The decoder's own halving, down to no less than half the longest side kept.
            image.draft(None, (LONGEST_SIDE // 2, LONGEST_SIDE // 2))
    how |= _profile(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
    return _packed(_upright(image), "JPEG", how)


def _same_packing(image: JpegImagePlugin.JpegImageFile) -> dict[str, Any]:
    tables = image.quantization
    if not tables or any(value > 255 for table in tables.values() for value in table):
        return {"quality": 90}
    how: dict[str, Any] = {"qtables": {key: list(table) for key, table in tables.items()}}
    sampling = JpegImagePlugin.get_sampling(image)
    return how | ({"subsampling": sampling} if sampling >= 0 else {})


def _whole(kind: Kind, image: Image.Image, data: bytes) -> Picture:
    how = _profile(image)
    if kind.key == "webp":
        how |= {"lossless": True} if data[12:16] == b"VP8L" else {"quality": 90}
    image.load()
    if getattr(image, "n_frames", 1) == 1:
        return _packed(_upright(image), kind.key.upper(), how)
    loop = {"loop": image.info["loop"]} if "loop" in image.info else {}
    frames, durations = _frames(image)
    how |= {"save_all": True, "append_images": frames[1:], "duration": durations, **loop}
    return _packed(frames[0], kind.key.upper(), how)


def _frames(image: Image.Image) -> tuple[list[Image.Image], list[float]]:
    """The frames of a moving picture, each drawn whole, and how long each stands, in ms."""
    frames: list[Image.Image] = []
    durations: list[float] = []
    pixels = 0
    for frame in ImageSequence.Iterator(image):
        pixels += frame.width * frame.height
        if pixels > MAX_PIXELS_HEAVY or len(frames) >= _MOST_FRAMES:
            raise _too_many(MAX_PIXELS_HEAVY)
        durations.append(frame.info.get("duration", 100))
        frames.append(_bare(frame.copy()))
    return frames, durations


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says, and bare. In place: a copy of a large picture is 100 MB."""
    ImageOps.exif_transpose(image, in_place=True)
    return _bare(image)


def _bare(image: Image.Image) -> Image.Image:
    """Pillow writes along again some of what it read beside the pixels: forget that. A colour
    said to be transparent belongs to the pixels."""
    image.info = {key: image.info[key] for key in ("transparency",) if key in image.info}
    return image


def _packed(image: Image.Image, form: str, how: dict[str, Any]) -> Picture:
    out = io.BytesIO()
    image.save(out, form, **how)
    return Picture(out.getvalue(), image.width, image.height)
