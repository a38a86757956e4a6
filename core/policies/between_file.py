"""Reads the rules between programmes of `region.toml` and of region sheets."""

from __future__ import annotations

from collections.abc import Collection

from bangfu_sdk import Text

from core.errors import _
from core.policies.between import (
    BETWEEN,
    EXCLUSION,
    HOUSEHOLD,
    KINDS,
    MEMBER,
    ORDER,
    REACHED,
    TAKEN,
    Between,
)
from core.policies.reading import Table
from core.policies.region_lists import read_one_of


def read_between(
    table: Table, document: Text, known: Collection[str] = (), own: str = ""
) -> tuple[Between, ...]:
    """Return the rules of a region, or those a wheel's sheet brings for its `own` programme.

    A region names programmes it has (`known`), a sheet at least its own, which alone is judged by
    them. Raises PolicyError.
    """
    found: list[Between] = []
    for row in table.tables(BETWEEN):
        one = _read(row, document, own)
        _check(row, one, known, own)
        if one.code in TAKEN or one.code in {other.code for other in found}:
            raise row.error(
                "code", _("“%(code)s” stands twice or means something else."),
                _("Choose another code."), code=one.code,
            )  # fmt: skip
        if any(_comes_before(one, other) and _comes_before(other, one) for other in found):
            raise row.error(
                "after", _("Two programmes cannot each come after the other."),
                _("Take one of the two orders out."),
            )  # fmt: skip
        found.append(one)
    return tuple(found)


def _comes_before(one: Between, other: Between) -> bool:
    return not set(one.programmes).isdisjoint(other.after)


def _read(row: Table, document: Text, own: str) -> Between:
    kind = read_one_of(row, "kind", KINDS)
    programmes = row.strings("programmes")
    one = Between(
        code=row.string("code"), kind=kind, name=row.text("name"), programmes=programmes,
        binds=(own,) if own else programmes, source=_source(row, document),
        per=read_one_of(row, "per", (HOUSEHOLD, MEMBER)) if "per" in row else HOUSEHOLD,
        by_category=row.flag("by_category") if "by_category" in row else False,
        after=row.strings("after") if kind == ORDER else (),
        reached=read_one_of(row, "reached", REACHED) if kind == ORDER else "",
        begun=row.flag("begun") if "begun" in row else False,
        since=row.day("from") if "from" in row else None,
        until=row.day("until") if "until" in row else None,
    )  # fmt: skip
    row.finish()
    return one


def _source(row: Table, document: Text) -> Text:
    section = row.text("section")
    zh, en = f"{document.zh} {section.zh}", f"{document.en}, {section.en}"
    if "note" not in row:
        return Text(zh, en)
    note = row.text("note")
    return Text(f"{zh}（{note.zh}）", f"{en} ({note.en})")


def _check(row: Table, one: Between, known: Collection[str], own: str) -> None:
    wrong = [name for name in (*one.programmes, *one.after) if not own and name not in known]
    if own and own not in one.programmes:
        wrong = [own]
    wrong += [name for name in one.after if name in one.programmes]
    if wrong:
        raise row.error(
            "programmes", _("“%(name)s” is no programme this rule can be about."),
            _("Name programmes of the region, the own one in a wheel, and no one before itself."),
            name=wrong[0],
        )  # fmt: skip
    if one.kind == EXCLUSION and len(one.programmes) == 1:
        raise row.error(
            "programmes", _("One programme alone excludes nothing."), _("Name at least two.")
        )
