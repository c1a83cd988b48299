"""The socket of a conversation with a relay: connected within one time, greeted within another."""

from __future__ import annotations

import smtplib
import socket
import ssl


class PlainLine(smtplib.SMTP):
    """Connects within one time and waits for the greeting within another."""

    def __init__(self, name: str, connect: float, greeting: float) -> None:
        super().__init__(local_hostname=name, timeout=connect)
        self._greeting = greeting

    def greet(self, host: str, port: int) -> None:
        self._host = host  # whom the certificate must name, also after STARTTLS
        code, text = self.connect(host, port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, text)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = _connected(host, port, timeout)
        line.settimeout(self._greeting)
        return line


class TlsLine(PlainLine):
    """The same, secured from the first byte."""

    def __init__(
        self, name: str, connect: float, greeting: float, certificates: ssl.SSLContext
    ) -> None:
        super().__init__(name, connect, greeting)
        self._certificates = certificates

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = _connected(host, port, timeout)
        secured = self._certificates.wrap_socket(line, server_hostname=host)
        secured.settimeout(self._greeting)
        return secured


def _connected(host: str, port: int, timeout: float) -> socket.socket:
    """The final dot leaves at once. Nagle's algorithm would hold it back until the relay has
    acknowledged the mail before it, which it delays: 40 ms for each mail."""
    line = socket.create_connection((host, port), timeout)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line
