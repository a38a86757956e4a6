"""What a wheel says of itself is read without running it; what cannot be used is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidError
from core.wheels import read_wheel
from tests.vendor import PACKAGE, pack_wheel


def test_it_tells_name_version_packages_author_and_hash(tmp_path: Path) -> None:
    wheel = read_wheel(pack_wheel(tmp_path, version="1.2.0"))
    assert (wheel.name, wheel.version, wheel.packages) == (
        "women-illness-aid", "1.2.0", (PACKAGE,),
    )  # fmt: skip
    assert wheel.author == "Qianxi Software"
    assert len(wheel.sha256) == 64


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"tag": "cp311-cp311-linux_x86_64"}, "some machines only"),
        ({"points": ""}, "offers no programme"),
        ({"needs": ()}, "which SDK"),
        ({"needs": ("bangfu-sdk>=1.1,<2", "left-pad>=3")}, "needs left-pad>=3"),
        ({"needs": ("bangfu-sdk>=9",)}, "needs bangfu-sdk>=9"),
        ({"changes": {"core/__init__.py": ""}}, "brings a module “core”"),
        ({"changes": {"numpy.py": ""}}, "brings a module “numpy”"),
        ({"name": "living_aid", "changes": {"living_aid/__init__.py": ""}}, "“living_aid”"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(
    told: dict[str, Any], why: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidError, match=why) as refused:
        read_wheel(pack_wheel(tmp_path, **told))
    assert str(refused.value.remedy)


@pytest.mark.parametrize("name", ["gift.zip", "gift-1.0-py3-none-any.whl"])
def test_a_file_that_is_no_wheel_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"no wheel at all")
    with pytest.raises(InvalidError, match="wheel"):
        read_wheel(path)
