"""A message's bytes as the relay gets them: RFC 5322, plain text and HTML side by side, the
letter and further documents attached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from pool import clock
from pool.models.outbox import Message
from pool.render.mail import Mail
from pool.render.words import words

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


class UnwritableError(ValueError):
    """No mail can be made of the message: the address, or something in it, cannot be written."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    body: bytes


def compose(
    message: Message,
    mail: Mail,
    sender: str,
    attachment: Attachment | None = None,
    *,
    enclosed: Sequence[Attachment] = (),
) -> bytes:
    """The mail, with CRLF line ends and no byte above 127. The same for the same arguments.
    ``attachment`` is its letter, ``enclosed`` goes with it besides.

    ``sender`` is an address or a name with one in ``<>``; the name shown is the pool's where the
    message is of one, and answers go to its contact. Raises :class:`UnwritableError`.
    """
    spoken = words(message.lang)
    name, address = parseaddr(sender)
    pool_name = message.data.get("pool_name")
    contact = message.data.get("contact")
    email = EmailMessage(policy=SMTP)
    email["From"] = _address(spoken.text(pool_name) if pool_name else name, address)
    email["To"] = _address(message.to_name, message.to_email or "")
    if contact and contact["email"]:
        email["Reply-To"] = _address(spoken.text(contact["name"]), contact["email"])
    email["Subject"] = _line(mail.subject)
    email["Date"] = format_datetime(clock.local(message.date))
    email["Message-ID"] = message.message_id
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(mail.text, cte="quoted-printable")
    email.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for one in (*([attachment] if attachment is not None else []), *enclosed):
        _attach(email, one)
    email["Content-Language"] = mail.lang  # last: content headers move into the parts
    stem = re.sub(r"[^0-9A-Za-z]", "", message.message_id)[:32]
    for number, part in enumerate(email.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{stem}_{number}")
    return email.as_bytes()


def _attach(email: EmailMessage, one: Attachment) -> None:
    """Parameters of the media type (a calendar's ``method``, RFC 6047) stay parameters."""
    kind, *rest = [part.strip() for part in one.media_type.split(";")]
    main, _, sub = kind.partition("/")
    params = {name: value for name, _, value in (part.partition("=") for part in rest)}
    email.add_attachment(
        one.body, maintype=main, subtype=sub, filename=_line(one.name), params=params
    )


def sender_address(sender: str) -> str:
    """The bare address, for the envelope."""
    return parseaddr(sender)[1]


def _address(name: str, address: str) -> Address:
    """Refuses what would need SMTPUTF8, which few relays speak, and every line break."""
    if not _ADDRESS.fullmatch(address):
        raise UnwritableError(f"the address {address!r} cannot be used for mail")
    return Address(display_name=_line(name)[:200], addr_spec=address)


def _line(text: str) -> str:
    """One line without control characters or lone halves of characters."""
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
