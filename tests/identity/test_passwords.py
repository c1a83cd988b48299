"""Passwords are hashed by argon2id, checked against a short rule, and slow to guess."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from pool.identity import passwords
from pool.identity.passwords import (
    MAX_LENGTH,
    PasswordFault,
    Verdict,
    check_rule,
    hash_password,
    verify_password,
)

GOOD = "tre heste på en altan"


def test_the_right_password_and_no_other() -> None:
    hashed = hash_password(GOOD)
    assert hashed.startswith("$argon2id$")
    assert hashed != hash_password(GOOD)
    assert verify_password(hashed, GOOD).right
    for wrong in (GOOD + "!", GOOD.upper(), "", GOOD[:-1]):
        assert not verify_password(hashed, wrong).right


def test_keyboards_compose_letters_differently() -> None:
    hashed = hash_password("blåbærgrød i gården")
    assert verify_password(hashed, "bla\u030abærgrød i ga\u030arden").right


class Counting:
    """A hasher that tells what it was given."""

    def __init__(self) -> None:
        self.inner = passwords._HASHER
        self.seen: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def verify(self, hashed: str, raw: str) -> bool:
        self.seen.append(hashed)
        return self.inner.verify(hashed, raw)


@pytest.mark.parametrize("stored", [None, ""])
def test_nobody_has_no_password_and_takes_as_much_work(
    stored: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting()
    monkeypatch.setattr(passwords, "_HASHER", counting)
    assert verify_password(stored, "nobody has this password") == Verdict(False)
    assert verify_password(hash_password(GOOD), "wrong") == Verdict(False)
    nobody, somebody = counting.seen
    assert extract_parameters(nobody) == extract_parameters(somebody)


def test_a_hash_of_older_parameters_is_renewed() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    verdict = verify_password(old, GOOD)
    assert verdict.right
    assert verdict.rehashed is not None
    assert verify_password(verdict.rehashed, GOOD) == Verdict(True)
    assert extract_parameters(verdict.rehashed).memory_cost >= 19_456
    assert verify_password(old, "wrong") == Verdict(False)


def test_a_broken_hash_lets_nobody_in() -> None:
    assert not verify_password("made up", GOOD).right


def test_endless_passwords_cost_nothing_extra() -> None:
    with pytest.raises(ValueError, match="too-long"):
        hash_password("x" * (MAX_LENGTH + 1))
    hashed = hash_password("ab" * 100)
    assert not verify_password(hashed, "ab" * 1_000_000).right


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("kort", PasswordFault("too-short", {"minimum": 12})),
        ("x" * 201, PasswordFault("too-long", {"maximum": 200})),
        ("Anna@Example.dk", PasswordFault("is-you")),
        ("anna  ØSTERGAARD", PasswordFault("is-you")),
        ("Password1234", PasswordFault("common")),
        ("adgangskode123", PasswordFault("common")),
        ("KØBENHAVN123", PasswordFault("common")),
        ("aaaaaaaaaaaaa", PasswordFault("common")),
        ("ababababababab", PasswordFault("common")),
    ],
)
def test_the_rule_says_what_is_wrong(raw: str, fault: PasswordFault) -> None:
    assert check_rule(raw, email="anna@example.dk", name="Anna Østergaard") == (fault,)


@pytest.mark.parametrize("raw", [GOOD, "4Kx-9pQ2-vvTz", "鍵と扉と窓と屋根と庭と犬"])
def test_a_password_nobody_guesses_is_taken(raw: str) -> None:
    assert check_rule(raw, email="anna@example.dk", name="Anna") == ()
