"""The conversation with the relay: addresses, security, sign-in, the dot."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest

from pool.outbox.smtp import (
    Conversation,
    LineDroppedError,
    RefusedError,
    RelayAddress,
    RelayDownError,
)
from tests.support.outbox import HASTY, PATIENT
from tests.support.smtp import Relay

MAIL = b"Subject: x\r\n\r\n.hidden\r\n..\r\n.\r\nlast\r\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay.example.dk", ("relay.example.dk", 25, "none", None, "")),
        (
            "smtp://relay.example.dk:2525?starttls=1",
            ("relay.example.dk", 2525, "starttls", None, ""),
        ),
        ("smtp+starttls://u:p%40ss@relay.dk", ("relay.dk", 587, "starttls", "u", "p@ss")),
        ("smtps://u:p@relay.dk:4650", ("relay.dk", 4650, "tls", "u", "p")),
        ("smtp://u:p@127.0.0.1", ("127.0.0.1", 25, "none", "u", "p")),
    ],
)
def test_addresses(url: str, expected: tuple[object, ...]) -> None:
    relay = RelayAddress.parse(url)
    assert (relay.host, relay.port, relay.security, relay.user, relay.password) == expected
    assert "p@ss" not in repr(relay)


@pytest.mark.parametrize("url", ["http://x", "smtp://", "relay.dk:25", "smtp://me:geheim@relay.dk"])
def test_addresses_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ValueError, match="relay") as caught:
        RelayAddress.parse(url)
    assert "geheim" not in str(caught.value)


def test_dots_arrive_as_they_were() -> None:
    with Relay() as relay, Conversation(RelayAddress.parse(relay.url), PATIENT) as line:
        line.offer("a@example.dk", "b@example.dk", MAIL)
        assert relay.stored == []
        assert line.commit() == "250 queued as 1"
        assert relay.stored == [MAIL]


def test_without_the_dot_nothing_arrives() -> None:
    with Relay() as relay:
        with Conversation(RelayAddress.parse(relay.url), PATIENT) as line:
            line.offer("a@example.dk", "b@example.dk", MAIL)
        with Conversation(RelayAddress.parse(relay.url), PATIENT) as line:
            line.offer("a@example.dk", "c@example.dk", MAIL)
            line.commit()
        assert relay.envelopes == [("a@example.dk", "c@example.dk")]


@pytest.mark.parametrize("behaviour", ["busy greeting", "drop connection", "refuse sender"])
def test_trouble_that_is_no_mails_fault(behaviour: str) -> None:
    with Relay(behaviour) as relay, pytest.raises(RelayDownError):  # noqa: SIM117
        with Conversation(RelayAddress.parse(relay.url), PATIENT) as line:
            line.offer("a@example.dk", "b@example.dk", MAIL)


@pytest.mark.parametrize(
    ("behaviour", "good"), [("rcpt 4xx", False), ("rcpt 5xx", True), ("data 4xx", False)]
)
def test_refused_before_the_dot(behaviour: str, good: bool) -> None:
    with (
        Relay(behaviour) as relay,
        Conversation(RelayAddress.parse(relay.url), PATIENT) as line,
        pytest.raises(RefusedError) as caught,
    ):
        line.offer("a@example.dk", "b@example.dk", MAIL)
    assert caught.value.for_good is good


@pytest.mark.parametrize("behaviour", ["drop before 354", "hang before 354"])
def test_dropped_before_the_dot(behaviour: str) -> None:
    with (
        Relay(behaviour) as relay,
        Conversation(RelayAddress.parse(relay.url), HASTY) as line,
        pytest.raises(LineDroppedError),
    ):
        line.offer("a@example.dk", "b@example.dk", MAIL)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost in one file."""
    folder = tmp_path_factory.mktemp("tls")
    both = folder / "both.pem"
    try:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
                *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
                *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
            ],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("there is no openssl to make a certificate with")
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both


def _server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("implicit", [False, True])
def test_secured_and_signed_in(certificate: Path, implicit: bool) -> None:
    scheme = "smtps" if implicit else "smtp+starttls"
    with Relay(tls=_server_side(certificate), implicit=implicit, password="geheim") as relay:
        trusting = ssl.create_default_context(cafile=str(certificate))
        address = RelayAddress.parse(f"{scheme}://us:geheim@localhost:{relay.port}")
        with Conversation(address, PATIENT, trusting) as line:
            line.offer("a@example.dk", "b@example.dk", MAIL)
            line.commit()
        assert relay.stored == [MAIL]
        assert relay.signed_in == ["us"]

        wrong = RelayAddress.parse(f"{scheme}://us:falsch@localhost:{relay.port}")
        with pytest.raises(RelayDownError, match="535 wrong password") as caught:
            Conversation(wrong, PATIENT, trusting).__enter__()
        assert "falsch" not in str(caught.value)

        # A certificate nobody vouches for: no word is said to it.
        with pytest.raises(RelayDownError, match="certificate"):
            Conversation(address, PATIENT).__enter__()


def test_a_relay_without_starttls_is_not_trusted() -> None:
    with Relay() as relay:
        address = RelayAddress.parse(f"smtp+starttls://localhost:{relay.port}")
        with pytest.raises(RelayDownError, match="STARTTLS"):
            Conversation(address, PATIENT).__enter__()
