"""Pages of a list, and versions of a thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.errors import DomainError, StaleError, _
from web.api.document import document

JSON = "application/json"
LARGEST_PAGE = 200


PARAMETER = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag the thing was read with.",
}


def updates(blueprint: Blueprint) -> Callable[..., Any]:
    """Say in the OpenAPI document that a view wants the version it changes."""
    outcomes = (
        "CONFLICT",
        "FORBIDDEN",
        "NOT_FOUND",
        "PRECONDITION_FAILED",
        "PRECONDITION_REQUIRED",
    )
    return document(blueprint, PARAMETER, outcomes)


class PageQuery(Schema):
    """Which page of a list: `page` from 1, `size` up to 200."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST_PAGE))


class PreconditionRequiredError(DomainError):
    """An update did not say which version it changes."""

    code = "precondition_required"
    status = 428


def read_version() -> int:
    """Return the version named by If-Match; an update without one would overwrite blindly."""
    tag = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not tag:
        raise PreconditionRequiredError(
            _("The request does not say which version it changes."),
            remedy=_("Send the ETag you read in a header If-Match."),
            field="If-Match",
        )
    if not tag.isdecimal() or len(tag) > 9:
        raise StaleError
    return int(tag)


def write_json(body: str | bytes, *, version: int | None = None, status: int = 200) -> Response:
    """Return JSON the database made, as it is, with its version as ETag."""
    response = Response(body, status=status, content_type=JSON)
    if version is not None:
        response.set_etag(str(version))
    return response


def write_page(items: str, page: int, *, more: bool, total: int | None = None) -> Response:
    """Return one page of a list the database made."""
    counted = "" if total is None else f'"total":{total},'
    following = "true" if more else "false"
    return write_json(f'{{"page":{page},{counted}"more":{following},"items":{items}}}')
