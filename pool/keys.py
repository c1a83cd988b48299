"""Sealing what must not be read from the database alone: CPR numbers and payment files.

The keys stand in the key file, outside the data folder (``PULJEN_KEY_FILE``): a copy of the data
opens nothing. A line of the file is a key; the first seals, all open, so that a key is changed by
putting a new line on top. What was sealed is a Fernet token (AES-128-CBC with HMAC-SHA256); its
key is derived from the file's, which signs cookies and forms under another name.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pool import settings

_SEAL, _DIGEST = b"puljen seal 1", b"puljen digest 1"


class CannotOpen(Exception):
    """What was sealed with another key, or is damaged. ``str()`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "What is sealed in the database (CPR numbers, payment files) cannot be opened with "
            "the key file's keys: put the key file from your backup back, or add its line to the "
            "file there is now."
        )


class Keyring:
    """The keys of one house, the one that seals first. Keys are 32 bytes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("no key")
        self._seals = MultiFernet(
            [Fernet(base64.urlsafe_b64encode(_derived(key, _SEAL))) for key in keys]
        )
        self._digests = _derived(keys[-1], _DIGEST)

    def __repr__(self) -> str:
        return "Keyring(***)"

    def seal(self, clear: bytes) -> bytes:
        """``clear`` so that only these keys open it; different every time."""
        return self._seals.encrypt(clear)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises :class:`CannotOpen`."""
        try:
            return self._seals.decrypt(bytes(sealed))
        except InvalidToken:
            raise CannotOpen from None

    def digest(self, clear: str) -> str:
        """Hexadecimal; the same for the same text, and nobody without the key can find the text
        by trying all there are (of CPR numbers there are few). By the oldest key, so that it
        stays the same when a new one is put on top."""
        return hmac.digest(self._digests, clear.encode(), "sha256").hex()


_given: list[Keyring] = []


def use(ring: Keyring) -> None:
    """From now on this process uses ``ring`` instead of the key file's. For tests."""
    _given[:] = [ring]


def ring() -> Keyring:
    """The keys of this process: those of the settings' key file, made at the first start. Raises
    :class:`~pool.settings.SettingsError`."""
    return _given[0] if _given else _from_file()


@lru_cache(maxsize=1)
def _from_file() -> Keyring:
    return Keyring(settings.secret_keys(settings.load()))


def _derived(key: bytes, name: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=name).derive(key)
