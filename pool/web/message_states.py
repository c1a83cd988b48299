"""A message's states in words, with the tone of their mark: on a case, and on a summary."""

from __future__ import annotations

MESSAGES = {
    "queued": ("To be sent", "wait"),
    "leased": ("Being sent", "wait"),
    "sending": ("Being sent", "wait"),
    "sent": ("Sent", "ok"),
    "failed": ("Could not be sent", "stop"),
    "unknown": ("Perhaps sent", "stop"),
    "waiting": ("Ring or print", "new"),
    "posted": ("Told or posted", "ok"),
    "draft": ("Draft", "plain"),
    "superseded": ("Replaced", "void"),
    "discarded": ("Not sent", "void"),
    "kept": ("Kept, never sent", "plain"),
    "collected": ("In a digest", "plain"),
}
