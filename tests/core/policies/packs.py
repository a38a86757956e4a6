"""Copies of the reference pack that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.policies import TENANTS

SLUG = "city_2023"


def copy_pack(root: Path) -> Path:
    """Copy the reference pack below `root` and return its folder."""
    folder = root / SLUG
    shutil.copytree(TENANTS / SLUG, folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that must stand in a file exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
