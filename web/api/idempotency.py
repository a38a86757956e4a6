"""Idempotency keys: a write sent twice is done once and answered twice the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, request
from flask_smorest import Blueprint

from core.errors import InvalidError, _
from core.idempotency import Answer, claim_key, keep_answer
from web.api.document import document
from web.request import context

HEADER = "Idempotency-Key"


PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200},
    "description": "Any text unique to this write, such as a UUID; a repeat gets the same answer.",
}


def creates(blueprint: Blueprint) -> Callable[..., Any]:
    """Say in the OpenAPI document that a view wants an idempotency key, and how it can end."""
    return document(blueprint, PARAMETER, ("CONFLICT", "FORBIDDEN", "NOT_FOUND"))


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Make a view answer a repeated key with its first answer, without doing the work again."""

    @wraps(view)
    def answer_once(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not 8 <= len(key) <= 200:
            raise InvalidError(
                _("The request has no idempotency key."),
                remedy=_(
                    "Send a header Idempotency-Key of 8 to 200 characters, new for each write."
                ),
                field=HEADER,
            )
        first = claim_key(context(), key, _fingerprint())
        if first is not None:
            return _replay(first)
        response = make_response(view(*args, **kwargs))
        keep_answer(context(), key, Answer(response.status_code, response.get_data()))
        return response

    return answer_once


def _fingerprint() -> bytes:
    text = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(text).digest()


def _replay(first: Answer) -> Response:
    response = Response(first.body, status=first.status, content_type="application/json")
    response.headers["Idempotent-Replay"] = "true"
    return response
