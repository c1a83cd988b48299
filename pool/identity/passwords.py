"""Passwords: argon2id, a short rule, and the same time spent on every wrong answer.

Hashing takes tens of milliseconds and tens of megabytes on purpose: always outside a unit of
work. At most two are computed at a time in a process, so that a crowd at the door does not
fill the machine's memory.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)  # 46 MiB
_ROOM = threading.BoundedSemaphore(2)

_COMMON_TEXT = """
    123456789012 1234567890123 12345678901234 123456789123 1234567891234 123123123123
    111111111111 000000000000 0123456789012 abcdefghijkl abcdefghijklm abcd1234abcd
    qwertyuiopas qwertyuiopasdf qwertyuiopå qwertyuiopåæ qwerty123456 qwertyuiop123 qwerty1234567
    1q2w3e4r5t6y 1qaz2wsx3edc 1234qwerasdf zxcvbnmasdfg asdfghjklzxc asdfghjklæøå
    password1234 password12345 passwordpassword passw0rd1234 password2024 password2025
    password2026 adgangskode1 adgangskode12 adgangskode123 adgangskode1234 kodeord12345
    kodeordkodeord hemmelighed1 hemmelighed123 letmeinletmein welcome12345 welcome123456
    velkommen123 velkommen1234 velkommen2024 velkommen2025 velkommen2026 changeme1234
    iloveyou1234 jegelskerdig jegelskerdig1 administrator administrator1 admin1234567
    københavn123 kobenhavn123 københavn2026 danmark12345 danmark123456 tingbjerg123
    tingbjerg1234 tingbjerg2026 sommer202600 sommerferie1 fodbold12345 superman1234
    batman123456 football1234 princess1234 sunshine1234 monkey123456 dragon123456
"""
_COMMON = frozenset(_COMMON_TEXT.split())


@dataclass(frozen=True, slots=True)
class PasswordFault:
    """Why a password is not taken. ``code``: ``too-short`` (``minimum``) · ``too-long``
    (``maximum``) · ``is-you`` · ``common``."""

    code: str
    params: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password was right; ``rehashed`` is a new hash to store where the old one was
    made with other parameters."""

    right: bool
    rehashed: str | None = None


def _plain(raw: str) -> str:
    """One spelling however the keyboard composes it (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", raw)


def check_rule(raw: str, *, email: str, name: str) -> tuple[PasswordFault, ...]:
    """What is wrong with a new password; nothing where it may be used."""
    plain = _plain(raw)
    if len(plain) < MIN_LENGTH:
        return (PasswordFault("too-short", {"minimum": MIN_LENGTH}),)
    if len(plain) > MAX_LENGTH:
        return (PasswordFault("too-long", {"maximum": MAX_LENGTH}),)
    folded = _squeeze(plain)
    if folded in {_squeeze(email), _squeeze(email.partition("@")[0]), _squeeze(name)}:
        return (PasswordFault("is-you"),)
    if folded in _COMMON or len(set(folded)) < 4:
        return (PasswordFault("common"),)
    return ()


def _squeeze(text: str) -> str:
    return "".join(_plain(text).casefold().split())


def hash_password(raw: str) -> str:
    """The argon2id hash, with its salt and parameters. Raises ValueError where it is too long."""
    plain = _plain(raw)
    if len(plain) > MAX_LENGTH:
        raise ValueError("too-long")
    with _ROOM:
        return _HASHER.hash(plain)


@cache
def _nobody() -> str:
    """A hash to spend the same time on where there is nobody or no password."""
    return hash_password("nobody has this password")


def verify_password(hashed: str | None, raw: str) -> Verdict:
    """Whether ``raw`` is the password of ``hashed``. Without a hash (nobody, or no password set)
    it takes as long and is never right."""
    plain = _plain(raw)[: MAX_LENGTH + 1]  # longer than any that can have been set
    stored = hashed or _nobody()
    try:
        with _ROOM:
            _HASHER.verify(stored, plain)
    except (VerificationError, InvalidHashError):
        return Verdict(False)
    if not hashed:
        return Verdict(False)
    return Verdict(True, hash_password(raw) if _HASHER.check_needs_rehash(hashed) else None)
