"""Words for means verification and discovery: values that were told, sources, grounds."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from core.errors import InvalidError
from core.households.codes import CODE_LISTS
from core.money import format_yuan
from core.verification.comparison import COUNTS, MONEY
from core.verification.discovery.lists import LISTS
from core.verification.discovery.proposals import Listed
from core.verification.facts import FACTS, YES
from core.verification.sources import find_source
from web.display import programme_title
from web.labels import label
from web.translation import language, pick

FLAGS = ("yes", "no")
MONEY_FACTS = ("household_income", "income", "housing_fund", *MONEY)


def told(value: str, kind: str) -> str:
    """Return a declared or told value as people write it."""
    if kind in MONEY_FACTS:
        return format_yuan(int(value))
    if kind in COUNTS:
        return value
    if value in FLAGS:
        return str(_("Yes") if value == YES else _("No"))
    return _code(value)


def facts(values: dict[str, object]) -> list[tuple[str, str]]:
    """Return the facts of an answer in the order sources tell them, each with its value."""
    return [
        (label("fact", name), told(str(values[name]), name)) for name in FACTS if name in values
    ]


def source_title(name: str) -> str:
    """Return what a source is called; its code where its adapter is away."""
    try:
        return pick(find_source(name).title)
    except InvalidError:
        return name


def list_title(name: str) -> str:
    """Return what a kind of list is called, or the registry."""
    return pick(LISTS[name].title) if name in LISTS else str(_("The registry"))


def grounds(one: Listed) -> str:
    """Return in words why somebody is proposed."""
    values = one.grounds
    if one.reason == "unaided":
        between = "、" if language() == "zh" else ", "
        programmes = between.join(programme_title(name) for name in values["programmes"])
        return str(_(
            "%(category)s; no aid was asked for in %(year)s, though it could be had:"
            " %(programmes)s.",
            category=label("category", values["category"]), year=values["year"],
            programmes=programmes,
        ))  # fmt: skip
    if one.reason == "returned":
        return str(_(
            "On the list “%(list)s”; the file %(file)s has exited.",
            list=list_title(one.origin), file=values["file_number"],
        ))  # fmt: skip
    return str(_("On the list “%(list)s”, and in no file.", list=list_title(one.origin)))


def _code(value: str) -> str:
    for name in ("marital_status", "work_status", "occupation"):
        if value in CODE_LISTS[name]:
            return CODE_LISTS[name].word(value, language())
    return value


def install(app: Flask) -> None:
    """Give templates these words."""
    for function in (told, facts, source_title, list_title, grounds):
        app.jinja_env.filters[function.__name__] = function
