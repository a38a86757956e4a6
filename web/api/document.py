"""The OpenAPI document: one flask-smorest Api whose errors are RFC 9457 problem details."""

from __future__ import annotations

import http
from collections.abc import Callable
from typing import Any

import flask_smorest
from flask_smorest.spec import prepare_response
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from web import errors
from web.request import abandon

PROBLEM_TYPE = "application/problem+json"
DESCRIPTION = """\
Money is a whole number of fen (1 yuan = 100 fen), in both directions. Days are `YYYY-MM-DD` in
China, moments RFC 3339. Every request carries `Authorization: Bearer <token>`; every write that
creates something or moves money carries an `Idempotency-Key`, every update an `If-Match` with the
ETag it was read with. ID numbers, phones and cards are masked in every answer."""

CONFIG = {
    "API_TITLE": "Bangfu 帮扶",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "security": [{"bearer": []}],
    },
}


class ProblemSchema(Schema):
    """What went wrong, by RFC 9457: `title` says it, `remedy` says what to do."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable, for programs."})
    remedy = fields.String()
    field = fields.String(metadata={"description": "The field that is wrong."})
    errors = fields.Dict(metadata={"description": "Every wrong field with its texts."})
    request_id = fields.String(required=True)


class Api(flask_smorest.Api):
    """flask-smorest's Api, answering errors as the rest of the web does."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Name every wrong field of a request; leave other errors to the web."""
        data = getattr(error, "data", None) or {}
        if "messages" not in data:
            return errors.on_http_error(error)
        abandon()
        return errors.problem(
            error.code or 422,
            "invalid",
            str(errors.TEXTS[400][0]),
            str(errors.TEXTS[400][1]),
            errors=data["messages"],
        )

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            self._register_response(status.name, status.phrase, failed=status >= 400)
        self._register_response("DEFAULT_ERROR", "Any other error", failed=True)

    def _register_response(self, name: str, phrase: str, *, failed: bool) -> None:
        response: dict[str, Any] = {"description": phrase}
        if failed:
            response["schema"] = ProblemSchema
        prepare_response(response, self.spec, PROBLEM_TYPE)
        self.spec.components.response(name, response, lazy=True)


def document(
    blueprint: flask_smorest.Blueprint, parameter: dict[str, Any], outcomes: tuple[str, ...]
) -> Callable[..., Any]:
    """Return a decorator that adds a header and the errors a view can end in to the document."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view = blueprint.doc(parameters=[parameter])(view)
        for name in outcomes:
            view = blueprint.alt_response(http.HTTPStatus[name].value, name)(view)
        return view

    return decorate
