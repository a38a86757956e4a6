"""The reference of the SDK says what its docstrings say, and leaves nothing out."""

from __future__ import annotations

import inspect

import bangfu_sdk
import pytest

from tests.vendor_reference import PAGE, write_page


def test_the_page_is_what_the_docstrings_make_of_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(), "python -m tests.vendor_reference"


@pytest.mark.parametrize("name", bangfu_sdk.__all__)
def test_everything_a_vendor_may_use_is_explained(name: str) -> None:
    thing = getattr(bangfu_sdk, name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert inspect.getdoc(thing)
