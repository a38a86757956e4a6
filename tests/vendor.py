"""A vendor's wheel for tests: the example of `vendor_example`, as it was built or with changes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "tests" / "vendor_example"
PACKAGE = "women_illness_aid"
OTHER = "illness_aid_two"
"""The name of a second wheel with the same programme."""
NEEDS = ("bangfu-sdk>=1.1,<2",)


def pack_wheel(
    folder: Path,
    *,
    version: str = "1.0.0",
    name: str = PACKAGE,
    tag: str = "py3-none-any",
    needs: tuple[str, ...] = NEEDS,
    package: str = PACKAGE,
    points: str | None = None,
    changes: Mapping[str, str] | None = None,
) -> Path:
    """Write the example as a wheel, under another name where `package` gives one; `changes` are
    files of it by path, new or other."""
    if points is None:
        points = f"[bangfu.programmes]\n{package} = {package}\n"
    files = {
        path.relative_to(SOURCE).as_posix().replace(PACKAGE, package): path.read_text(
            encoding="utf-8"
        ).replace(PACKAGE, package)
        for path in (SOURCE / PACKAGE).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    told = [f"Requires-Dist: {need}" for need in needs]
    metadata = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}",
                "Author: Qianxi Software", *told, ""]  # fmt: skip
    info = f"{name}-{version}.dist-info"
    files |= {f"{info}/METADATA": "\n".join(metadata), f"{info}/entry_points.txt": points,
              f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n"}  # fmt: skip
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in (files | dict(changes or {})).items():
            archive.writestr(place, text)
    return path


def make_keys(folder: Path) -> tuple[Path, Path]:
    """Write a new Ed25519 key and return its private and its public file."""
    folder.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private, public = folder / "private.key", folder / "public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


@contextmanager
def fresh_imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let wheels be imported within, and forgotten after."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in (PACKAGE, OTHER):
            del sys.modules[name]
    sys.path_importer_cache.clear()


def build_wheel(project: Path, folder: Path) -> Path:
    """Build a project as its author does."""
    tool = ROOT / ".local" / "tools" / "uv"
    command = [str(tool) if tool.exists() else "uv", "build", "--wheel", "--out-dir", str(folder)]
    bootstrap = [sys.executable, str(ROOT / "deploy" / "local" / "bootstrap.py"), "--index"]
    index = subprocess.run(bootstrap, check=True, capture_output=True, text=True).stdout.strip()
    environment = {"UV_DEFAULT_INDEX": index, "UV_SYSTEM_CERTS": "1", **os.environ}
    subprocess.run([*command, str(project)], check=True, env=environment, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built
