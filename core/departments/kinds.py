"""What an entry of the shared ledger may say: departments, lines, kinds, who may recognise."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bangfu_sdk import Text

from core.errors import InvalidError, _
from core.households.codes import Code, CodeList
from core.policies import Pack

MONEY, RECOGNITION = "money", "recognition"
KINDS = CodeList("aid_kind", (
    Code("money", "资金", "Money", ("现金", "补贴", "救助金", "助学金")),
    Code("in_kind", "实物", "In kind", ("实物救助",)),
    Code("recognition", "认定", "Recognition", ("身份认定",)),
    Code("post", "公益性岗位", "Public-welfare post", ("岗位", "公益岗位")),
    Code("training", "培训", "Training", ("职业培训", "技能培训")),
))  # fmt: skip
_BEFORE_COLON = re.compile(r"^([^：:（(]+)[：:（(]")


def list_departments(pack: Pack) -> CodeList:
    """Return the departments of a region by the words a workbook may use for them."""
    return _code_list("department", ((one.code, one.name) for one in pack.departments))


def list_lines(pack: Pack) -> CodeList:
    """Return the measure lines of a region by the words a workbook may use for them."""
    return _code_list("measure", ((one.code, one.name) for one in pack.measures))


def list_categories(pack: Pack) -> CodeList:
    """Return the categories of a region by the words a workbook may use for them."""
    return _code_list("category", ((one.code, one.name) for one in pack.categories))


def may_recognise(pack: Pack, department: str, line: str, category: str) -> bool:
    """Say whether a department recognises on a line, or as a category.

    A category is recognised by the department the region has approve it; somebody without one, as
    a person hard to employ, by the department that leads the line.
    """
    if category:
        return pack.category(category).department == department
    return pack.measure(line).lead == department


def check_words(pack: Pack, department: str, line: str, kind: str, category: str) -> None:
    """Raise InvalidError where the region has no such department, line, kind or category, or the
    department may not recognise this."""
    known: tuple[tuple[str, str, CodeList], ...] = (
        ("department", department, list_departments(pack)), ("measure", line, list_lines(pack)),
        ("kind", kind, KINDS), ("category", category or "", list_categories(pack)),
    )  # fmt: skip
    for field, code, words in known:
        if code not in words and (code or field != "category"):
            raise InvalidError(
                _("“%(code)s” is not known here."), remedy=_("Choose one of: %(known)s."),
                field=field, code=code, known=", ".join(words.by_code),
            )  # fmt: skip
    if category and kind != RECOGNITION:
        raise InvalidError(
            _("Only a recognition names a category."),
            remedy=_("Leave the category out, or choose recognition as the kind."),
            field="category",
        )
    if kind == RECOGNITION and not may_recognise(pack, department, line, category):
        raise InvalidError(
            _("This department does not recognise here."),
            remedy=_("The line's lead department does, or the one that approves the category."),
            field="kind",
        )


def _code_list(name: str, values: Iterable[tuple[str, Text]]) -> CodeList:
    return CodeList(
        name, tuple(Code(code, text.zh, text.en, _spellings(code, text)) for code, text in values)
    )


def _spellings(code: str, text: Text) -> tuple[str, ...]:
    """Return what else is written for a name: its code, the English, what stands before a colon."""
    short = _BEFORE_COLON.match(text.zh)
    return (code, text.en, *((short[1],) if short else ()))
