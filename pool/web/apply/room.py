"""The blueprint, by itself so that every module of the room can hang its pages on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("apply", __name__)
