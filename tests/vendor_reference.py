"""The reference of the SDK, made from its docstrings: `python -m tests.vendor_reference`."""

from __future__ import annotations

import ast
import enum
import inspect
import itertools
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bangfu_sdk

PAGE = Path(__file__).parents[1] / "docs" / "vendors" / "reference.md"
HEAD = """# Reference of the SDK · SDK 参考

Made from the docstrings of `bangfu_sdk` {version}, contract {api}; do not edit it by hand.
本页由 `bangfu_sdk` 的说明文字生成，请勿手工修改。

Whatever stands here stays as long as the contract's first number stays: nothing a plugin uses is
taken away or changes its meaning. What is to go is named in the changelog one minor version before,
and goes with the next first number. 本页所列在契约主版本不变期间保持不变；拟取消的内容至少提前一个
次版本在变更记录中说明，到下一个主版本才取消。
"""


def write_page() -> str:
    """Return the page."""
    from importlib.metadata import version  # noqa: PLC0415

    head = HEAD.format(version=version("bangfu-sdk"), api=bangfu_sdk.API_VERSION)
    parts = [head, *(_describe(name) for name in sorted(bangfu_sdk.__all__, key=str.lower))]
    return "\n".join(parts).rstrip() + "\n"


def _describe(name: str) -> str:
    thing = getattr(bangfu_sdk, name)
    lines = [f"## `{name}`", ""]
    if inspect.isclass(thing):
        lines += [*_told(inspect.getdoc(thing)), *_members(thing)]
    elif inspect.isroutine(thing):
        lines += [f"```python\n{name}{inspect.signature(thing)}\n```", "",
                  *_told(inspect.getdoc(thing))]  # fmt: skip
    elif isinstance(thing, str | int | tuple):
        lines += [f"`{thing!r}`", ""]
    elif name == "FACTS":
        lines += list(_facts())
    return "\n".join(lines)


def _told(text: str | None) -> list[str]:
    return [text, ""] if text else []


def _members(thing: type[Any]) -> Iterator[str]:
    if issubclass(thing, enum.Enum):
        yield from (f"- `{member.name}` = `{member.value}`" for member in thing)
        yield ""
        return
    yield from _attributes(thing)
    for name, member in sorted(vars(thing).items()):
        documented = inspect.isfunction(member) or isinstance(member, property | classmethod)
        text = inspect.getdoc(member.__func__ if isinstance(member, classmethod) else member)
        if documented and not name.startswith("_") and text:
            yield f"- `{name}`: {' '.join(text.split())}"
    yield ""


def _attributes(thing: type[Any]) -> Iterator[str]:
    """Yield what a class declares and says of it in the text below."""
    try:
        (parsed,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    except (OSError, TypeError):
        return
    assert isinstance(parsed, ast.ClassDef)
    for one, following in itertools.pairwise(parsed.body):
        text = following.value if isinstance(following, ast.Expr) else None
        if not isinstance(one, ast.AnnAssign) or not isinstance(text, ast.Constant):
            continue
        yield f"- `{ast.unparse(one.target)}`: {' '.join(str(text.value).split())}"


def _facts() -> Iterator[str]:
    yield "| name | unit | meaning | 含义 |"
    yield "| --- | --- | --- | --- |"
    for fact in bangfu_sdk.FACTS.values():
        yield f"| `{fact.name}` | {fact.unit.value} | {fact.meaning.en} | {fact.meaning.zh} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
