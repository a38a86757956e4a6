"""What a person or a program sees when something goes wrong: decided here and nowhere else."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from typing import Any

import psycopg
import structlog
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException

from core.errors import DomainError
from web.request import SignInError, abandon, stay_home, work
from web.translation import translate

log = structlog.get_logger(__name__)

TEXTS = {
    400: (lazy_gettext("The request could not be understood."),
          lazy_gettext("Go back, check what you entered and try again.")),
    404: (lazy_gettext("There is nothing at this address, or not for you."),
          lazy_gettext("Check the address, or begin from the start page.")),
    405: (lazy_gettext("This cannot be done at this address."),
          lazy_gettext("Begin from the start page.")),
    413: (lazy_gettext("What you sent is too large."),
          lazy_gettext("Send a smaller file; a photograph can be scaled down first.")),
    429: (lazy_gettext("Too many requests in a short time."),
          lazy_gettext("Wait a minute and try again.")),
    500: (lazy_gettext("Something went wrong on our side. Nothing was changed."),
          lazy_gettext("Try again; if it happens again, tell your administrator this number.")),
    503: (lazy_gettext("The database does not answer at the moment. Nothing was changed."),
          lazy_gettext("Try again in a minute; if it lasts, tell your administrator.")),
}  # fmt: skip


def wants_problem() -> bool:
    """Return whether a program asks, and is to be answered by RFC 9457 problem details."""
    return request.path.startswith("/api/")


def problem(
    status: int, code: str, title: str, remedy: str = "", field: str = "", **more: Any
) -> Response:
    """Return problem details (RFC 9457) with our own members: code, remedy, field, request_id."""
    body = {"type": f"urn:bangfu:problem:{code}", "title": title, "status": status, "code": code,
            "request_id": work().request_id, **more}  # fmt: skip
    body |= {name: value for name, value in (("remedy", remedy), ("field", field)) if value}
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def page(status: int, title: str, remedy: str = "") -> Response:
    """Return an error page, or only its message where htmx asked for a part of a page."""
    stay_home()
    partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    template = "parts/error_bar.html" if partial else "error.html"
    text = render_template(
        template, status=status, title=title, remedy=remedy, request_id=work().request_id
    )
    return make_response(text, status)


def answer(
    status: int, code: str, title: str, remedy: str = "", field: str = "", **more: Any
) -> Response:
    """Return the error in the form that suits who asks; `more` is for programs."""
    if wants_problem():
        return problem(status, code, title, remedy, field, **more)
    return page(status, title, remedy)


def on_domain_error(error: DomainError) -> ResponseReturnValue:
    """Answer an error of the domain with its own words."""
    abandon()
    if isinstance(error, SignInError) and not wants_problem():
        return _to_login()
    return answer(
        error.status, error.code, translate(error.message), translate(error.remedy), error.field,
        **error.details(translate),
    )  # fmt: skip


def on_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form that was open too long, or that another site sent."""
    abandon()
    return answer(
        400, "csrf", _("This form has expired, or does not come from this site."),
        _("Go back, load the page again and repeat what you did."),
    )  # fmt: skip


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the transport."""
    if error.response is not None:
        return error.response
    abandon()
    status = error.code or 500
    title, remedy = TEXTS.get(status, (error.name, ""))
    code = HTTPStatus(status).phrase.lower().replace(" ", "_")
    response = answer(status, code, str(title), str(remedy))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def on_database_error(error: ProgrammingError) -> ResponseReturnValue:
    """Answer what the database itself refused: rows of another tenant, written by mistake."""
    if not isinstance(error.orig, InsufficientPrivilege):
        return on_fault(error)
    abandon()
    return answer(
        403, "forbidden", _("Your role does not allow this."),
        _("Ask your administrator for the right, or a colleague who has it."),
    )  # fmt: skip


def on_database_away(error: Exception) -> ResponseReturnValue:
    """Answer while the database does not."""
    abandon()
    _log(error)
    title, remedy = TEXTS[503]
    return answer(503, "unavailable", str(title), str(remedy))


def on_fault(error: Exception) -> ResponseReturnValue:
    """Answer a fault of ours."""
    abandon()
    _log(error)
    title, remedy = TEXTS[500]
    return answer(500, "fault", str(title), str(remedy))


def _log(error: Exception) -> None:
    """Log where it happened; the message may hold somebody's data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno}" for frame in frames]
    log.error("request.failed", request_id=work().request_id, endpoint=request.endpoint,
              error=type(error).__name__, where=where[-8:])  # fmt: skip


def _to_login() -> ResponseReturnValue:
    target = redirect(f"/login?next={request.path}", 303)
    if request.headers.get("HX-Request"):
        target.status_code = 200
        target.headers["HX-Redirect"] = target.headers["Location"]
    return target


def install(app: Flask) -> None:
    """Answer every error of an application here."""
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(ProgrammingError, on_database_error)
    app.register_error_handler(OperationalError, on_database_away)
    app.register_error_handler(psycopg.OperationalError, on_database_away)
    app.register_error_handler(Exception, on_fault)
