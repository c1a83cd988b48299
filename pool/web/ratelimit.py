"""How often the same thing may be tried: counted in Redis where there is one, in this process
where there is none or while it is away. Nothing fails because the counting does.

Addresses and e-mails are counted under a keyed digest, never as they are.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from threading import Lock
from typing import Any

from flask import request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from pool.web.errors import SlowDown

log = logging.getLogger("pool.web")

LIMITS: dict[str, str] = {
    "forgotten-address": "20 per hour",
    "forgotten-email": "3 per hour",
    "link-address": "20 per hour",
    "link-subject": "3 per hour",
    "apply-address": "30 per hour",
    "upload-address": "120 per hour",
    "summary-reply": "60 per hour",
    "case-message": "30 per hour",
    "vote-reply": "60 per hour",
}
"""What is counted, and how many of it are let through. A school or a housing block shares one
address, so those are wide."""

DEMO_TIMES = 10
"""So many times wider in the demonstration, where a whole workshop shares one address."""

RETRY_SECONDS = 30
"""How long Redis is left alone after it failed to answer."""


def _storage_url(url: str) -> str:
    """The address as ``limits`` writes it."""
    for ours in ("redis+socket://", "unix://"):
        if url.startswith(ours):
            return "redis+unix://" + url.removeprefix(ours)
    return url


def _wider(item: RateLimitItem, times: int) -> RateLimitItem:
    return type(item)(item.amount * times, item.multiples, item.namespace)


class Throttle:
    """Counts per process, and in Redis for all processes when ``redis_url`` is given. ``times``
    as much is let through as ``limits`` say."""

    def __init__(
        self,
        redis_url: str | None,
        key: bytes,
        limits: dict[str, str] | None = None,
        *,
        times: int = 1,
    ):
        self._key = key
        self._items: dict[str, RateLimitItem] = {
            name: _wider(parse(text), times) for name, text in (LIMITS | (limits or {})).items()
        }
        self._memory = FixedWindowRateLimiter(MemoryStorage())
        self._redis_url = redis_url
        self._redis: FixedWindowRateLimiter | None = None
        self._away_until = 0.0
        self._lock = Lock()

    def hit(self, name: str, who: str) -> bool:
        """Count one try of ``name`` by ``who``; whether it is let through."""
        return bool(self._ask("hit", name, who))

    def left(self, name: str, who: str) -> bool:
        """Whether another try would be let through, without counting one."""
        return bool(self._ask("test", name, who))

    def wait(self, name: str, who: str) -> int:
        """Seconds until it is worth trying again."""
        stats = self._ask("get_window_stats", name, who)
        return max(1, round(float(stats.reset_time) - time.time()))

    def forget(self, name: str, who: str) -> None:
        """Begin counting anew."""
        self._ask("clear", name, who)

    def _ask(self, verb: str, name: str, who: str) -> Any:
        item, key = self._items[name], self._digest(name, who)
        limiter = self._connected()
        if limiter is not None:
            try:
                return getattr(limiter, verb)(item, key)
            except Exception as error:
                self._lost(error)
        return getattr(self._memory, verb)(item, key)

    def _connected(self) -> FixedWindowRateLimiter | None:
        if self._redis_url is None or time.monotonic() < self._away_until:
            return None
        with self._lock:
            if self._redis is None:
                try:
                    storage = storage_from_string(
                        _storage_url(self._redis_url),
                        socket_timeout=0.5,
                        socket_connect_timeout=0.5,
                        key_prefix="puljen-limits",
                    )
                    self._redis = FixedWindowRateLimiter(storage)
                except Exception as error:
                    self._lost(error)
            return self._redis

    def _lost(self, error: Exception) -> None:
        self._away_until = time.monotonic() + RETRY_SECONDS
        log.warning("rate limits are counted in this process for now: %s", type(error).__name__)

    def _digest(self, name: str, who: str) -> str:
        text = f"{name}\0{who}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]


def address() -> str:
    """The visitor's address, as far as the trusted proxies tell. An IPv6 one is cut to its
    network: its owner has them all."""
    found = request.remote_addr or "-"
    if ":" in found:
        return ":".join(found.split(":")[:4])
    return found


def limit(name: str, who: str | None = None) -> None:
    """Count one try of ``name`` (by ``who``, else by the visitor's address); raises
    :class:`~pool.web.errors.SlowDown` (429) when it is one too many."""
    from pool.web.context import site

    throttle = site().throttle
    counted = address() if who is None else who
    if not throttle.hit(name, counted):
        raise SlowDown(throttle.wait(name, counted))
