"""What a person typed, made into values: the one place that knows how each kind is written.

Every function takes what a form gave (mostly text) or a value that is one already, and raises
:class:`Bad` with a code and parameters for the catalogue (``wording.ANSWERS``). Blank is not its
business: see :func:`blank`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pool import money
from workflows import dates

Params = Mapping[str, str | int]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@]{1,190}\Z")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
_YES = frozenset({"yes", "ja", "true", "on", "1"})
_NO = frozenset({"no", "nej", "false", "off", "0"})


class Bad(ValueError):
    """Not a value of the kind asked for."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Params = params


def blank(raw: Any) -> bool:
    """Nothing was typed. ``False`` and 0 are answers."""
    if isinstance(raw, str):
        return not clean(raw)
    if isinstance(raw, Mapping):
        return all(blank(value) for value in raw.values())
    if isinstance(raw, (list, tuple)):
        return all(blank(entry) for entry in raw)
    return raw is None


def clean(raw: str) -> str:
    """Without what cannot be seen or stored: control characters, stray halves of characters;
    one kind of line end, composed letters, no blanks at the ends."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def lines(raw: Any, longest: int) -> str:
    """Text of several lines, at most ``longest`` characters."""
    text = clean(_text(raw))
    if len(text) > longest:
        raise Bad("too-long", longest=longest, length=len(text))
    return text


def line(raw: Any, longest: int) -> str:
    """Text of one line: line ends and tabs become blanks."""
    return lines(re.sub(r"\s+", " ", clean(_text(raw))), longest)


def yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _text(raw).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Bad("yesno")


def day(raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return dates.parse(_text(raw))
    except dates.NotADay as error:
        raise Bad(error.code) from error


def amount(raw: Any, least: int = 0, most: int | None = None) -> int:
    """Øre. A whole number that is no text is øre already."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        ore = raw
        if not 0 <= ore <= money.MAX_ORE:
            raise Bad("money-too-large" if ore > 0 else "money-negative")
    else:
        try:
            ore = money.parse(_figures(raw))
        except money.NotMoney as error:
            raise Bad(f"money-{error.code}") from error
    if ore < least:
        raise Bad("amount-too-small", least_amount=least)
    if most is not None and ore > most:
        raise Bad("amount-too-large", most_amount=most)
    return ore


def whole(raw: Any, least: int | None = None, most: int | None = None) -> int:
    """A whole number; ``1.200`` and ``1 200`` are twelve hundred."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        number = raw
    else:
        text = _figures(raw).replace("\u00a0", " ").replace("−", "-")
        if not re.fullmatch(r"-?(\d{1,12}|\d{1,3}([. ]\d{3}){1,3})", text, re.ASCII):
            raise Bad("number")
        number = int(re.sub(r"[. ]", "", text))
    if least is not None and number < least:
        raise Bad("number-too-small", least=least)
    if most is not None and number > most:
        raise Bad("number-too-large", most=most)
    return number


def email(raw: Any) -> str:
    """An address; the name before the @ in plain letters (what every mail server takes), the
    domain in lower case, with its own letters written as IDNA."""
    text = clean(_text(raw))
    if not _EMAIL.match(text):
        raise Bad("email")
    name, _, domain = text.rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Bad("email") from error
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.match(label) for label in labels):
        raise Bad("email")
    if name.startswith(".") or name.endswith(".") or ".." in name or len(text) > 254:
        raise Bad("email")
    return f"{name}@{domain}"


def phone(raw: Any) -> str:
    """``33 66 33 66`` for Danish numbers, ``+46701234567`` for others."""
    text = re.sub(r"[\s()./\u00a0-]", "", _figures(raw))
    text = re.sub(r"\A00", "+", text)
    text = re.sub(r"\A\+45(?=\d{8}\Z)", "", text)
    if re.fullmatch(r"[2-9]\d{7}", text, re.ASCII):
        return " ".join(text[n : n + 2] for n in range(0, 8, 2))
    if re.fullmatch(r"\+[1-9]\d{6,14}", text, re.ASCII) and not text.startswith("+45"):
        return text
    raise Bad("phone")


def cvr(raw: Any) -> str:
    """Eight digits whose weighted sum is a multiple of eleven, as the register makes them."""
    text = re.sub(r"[\s.\u00a0-]", "", _figures(raw)).upper().removeprefix("DK")
    if not re.fullmatch(r"[1-9]\d{7}", text, re.ASCII):
        raise Bad("cvr")
    if sum(int(d) * w for d, w in zip(text, _CVR_WEIGHTS, strict=True)) % 11:
        raise Bad("cvr-check")
    return text


def postcode(raw: Any) -> str:
    text = re.sub(r"\A(DK)?[ -]*", "", _figures(raw).upper())
    if not re.fullmatch(r"\d{4}", text, re.ASCII) or text < "0800":
        raise Bad("postcode")
    return text


def one_of(raw: Any, known: Iterable[str]) -> str:
    text = clean(_text(raw))
    if text not in set(known):
        raise Bad("option")
    return text


def some_of(raw: Any, known: Iterable[str]) -> list[str]:
    """Chosen options in the order they are offered, each once."""
    chosen = [raw] if isinstance(raw, str) else raw
    if not isinstance(chosen, (list, tuple)):
        raise Bad("option")
    offered = tuple(known)
    wanted = {one_of(entry, offered) for entry in chosen if not blank(entry)}
    return [key for key in offered if key in wanted]


def ids(raw: Any, most: int) -> list[int]:
    """Numbers of stored files, each once."""
    if not isinstance(raw, (list, tuple)):
        raise Bad("files")
    found = list(dict.fromkeys(whole(entry, 1) for entry in raw if not blank(entry)))
    if len(found) > most:
        raise Bad("too-many-files", most=most)
    return found


def _figures(raw: Any) -> str:
    return dates.plain_digits(clean(_text(raw)))


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise Bad("unreadable")
