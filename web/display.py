"""How values read on a page: money, days, moments, codes, bilingual texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bangfu_sdk import Text
from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _

from core.access import allowed
from core.context import BEIJING
from core.errors import DomainError
from core.households.codes import CODE_LISTS
from core.money import format_yuan
from core.titles import kept_title
from web import labels
from web.labels import actor_name, event_name, job_name, role_name
from web.recorded import field_name, recorded, thing_name
from web.request import any_context, context, identity, installation, tenant_in_view
from web.translation import LANGUAGES, NAMES, language, pick, translate

NOTHING = "—"


def money(fen: int | None) -> str:
    """Return yuan with separators, or a dash: 840000 becomes "8,400.00"."""
    return NOTHING if fen is None else format_yuan(fen)


def signed(fen: int) -> str:
    """Return yuan that are added or taken away, with their sign: +500.00, −500.00."""
    return f"{'−' if fen < 0 else '+'}{format_yuan(abs(fen))}"


def day(value: dt.date | dt.datetime | str | None) -> str:
    """Return a day as people in China write it in lists: 2023-06-30.

    A text is a moment as the database writes it in JSON.
    """
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime):
        value = value.astimezone(BEIJING).date()
    return NOTHING if value is None else value.isoformat()


def moment(value: dt.datetime | None) -> str:
    """Return a moment to the minute, by the clock of Beijing."""
    return NOTHING if value is None else value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def yes(value: bool | None) -> str:
    """Return yes or no in words."""
    return NOTHING if value is None else (_("Yes") if value else _("No"))


def share(part: int, whole: int) -> str:
    """Return a part of a whole as a percentage with one decimal."""
    return NOTHING if not whole else f"{part * 100 / whole:.1f}%"


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1_048_576:.1f} MB" if count >= 1_048_576 else f"{max(count // 1024, 1)} KB"


def same_page(**changes: Any) -> str:
    """Return this page's address with some of its parameters changed; None takes one away."""
    return _address(str(request.endpoint), **changes)


def excel_address(endpoint: str = ".download") -> str:
    """Return where this list can be had as a workbook, narrowed as it is here."""
    return _address(endpoint, page=None)


def _address(endpoint: str, **changes: Any) -> str:
    asked = {name: value for name, value in request.args.items() if not name.startswith("_")}
    parameters: dict[str, Any] = {**asked, **changes, **(request.view_args or {})}
    kept = {name: value for name, value in parameters.items() if value not in (None, "")}
    return url_for(endpoint, **kept)


def coded(code: str | None, list_name: str) -> str:
    """Return the word of a coded value of a household file."""
    return CODE_LISTS[list_name].word(code or "", language())


def programme_title(name: str) -> str:
    """Return what a programme or identification is called; where its plugin is away what its
    applications call it, read once a request, or its name."""
    try:
        return pick(installation().catalogue.rule(name).title)
    except DomainError:
        kept: dict[str, Text] = g.setdefault("kept_titles", {})
        if name not in kept:
            kept[name] = kept_title(any_context(), name)
        return pick(kept[name])


def as_choices(options: Any) -> list[tuple[str, str]]:
    """Return a question's options as a list of choices."""
    return [(option.code, pick(option.text)) for option in options]


def programme_choices(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return programmes as a list of choices."""
    return [(name, programme_title(name)) for name in names]


def may(permission: str) -> bool:
    """Return whether the person may do this somewhere in the tenant in view."""
    return identity() is not None and allowed(context(), permission)


def default_tenant(endpoint: str, values: dict[str, Any]) -> None:
    """Put the tenant in view into every address that needs one."""
    known = endpoint in current_app.view_functions
    if not known or "tenant" in values or identity() is None:
        return
    if current_app.url_map.is_endpoint_expecting(endpoint, "tenant"):
        values["tenant"] = tenant_in_view().slug


def install(app: Flask) -> None:
    """Give templates these words."""
    app.url_defaults(default_tenant)
    for function in (money, signed, day, moment, yes, share, size, pick, translate, coded,
                     programme_title, job_name, event_name, role_name, actor_name, as_choices,
                     field_name, thing_name, recorded):  # fmt: skip
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(
        label=labels.label, figure_part=labels.figure_part, programme_choices=programme_choices,
        tone=labels.tone,
        same_page=same_page, excel_address=excel_address, may=may, language=language,
        who=identity, here=tenant_in_view, LANGUAGES=LANGUAGES, LANGUAGE_NAMES=NAMES,
    )  # fmt: skip
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
