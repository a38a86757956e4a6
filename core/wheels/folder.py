"""The folder in which wheels are installed: each pinned by its hash, and checked at every start.

A wheel is imported from its very file, which is never unpacked: what was pinned is what runs. The
pins are a `SHA256SUMS` as `sha256sum -c` reads it.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import ConflictError, DomainError, Message, NotFoundError, _
from core.wheels.signatures import is_signed_by, signature_of
from core.wheels.wheel import Wheel, hash_file, read_wheel

PINS = "SHA256SUMS"


@dataclass(frozen=True)
class Installed:
    """A wheel of the folder: `problem` says why it is not used, `wheel` is None where not even its
    name could be read."""

    path: Path
    wheel: Wheel | None
    problem: Message | None = None


def find_installed(folder: Path, keys: tuple[Ed25519PublicKey, ...]) -> list[Installed]:
    """Return every wheel of the folder, none where there is no such folder."""
    pins = _read_pins(folder)
    return [_look(path, pins, keys) for path in sorted(folder.glob("*.whl"))]


def activate(installed: Iterable[Installed]) -> None:
    """Let the modules of the wheels without a problem be found, after all others, and those of no
    other wheel."""
    for one in installed:
        place = str(one.path)
        if one.problem is not None and place in sys.path:
            sys.path.remove(place)
        elif one.problem is None and place not in sys.path:
            sys.path.append(place)


def install_wheel(folder: Path, path: Path, keys: tuple[Ed25519PublicKey, ...]) -> Installed:
    """Take a wheel into the folder in place of an earlier version, and pin it.

    Raises InvalidError for a wheel that cannot be used and ConflictError for one that is not signed
    as the operator asks; nothing is changed then.
    """
    wheel = read_wheel(path)
    if keys and not is_signed_by(path, keys):
        raise ConflictError(
            UNSIGNED, remedy=_("Have it signed: bangfu plugin sign WHEEL --key KEY"), field="wheel"
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    _put(path, target)
    if signature_of(path).exists():
        _put(signature_of(path), signature_of(target))
    for other in _versions(folder, wheel.name):
        if other != target:
            _drop(other)
    _write_pins(folder, {**_read_pins(folder), target.name: wheel.sha256})
    return _look(target, _read_pins(folder), keys)


def remove_wheel(folder: Path, name: str) -> None:
    """Take a wheel out of the folder. Raises NotFoundError where there is none of this name."""
    found = _versions(folder, name.replace("_", "-"))
    if not found:
        raise NotFoundError(_("No wheel “%(name)s” is installed."), name=name)
    for path in found:
        _drop(path)
    _write_pins(folder, _read_pins(folder))


def _look(path: Path, pins: dict[str, str], keys: tuple[Ed25519PublicKey, ...]) -> Installed:
    try:
        wheel = read_wheel(path)
    except DomainError as error:
        return Installed(path, None, error.message)
    if pins.get(path.name) != hash_file(path):
        return Installed(path, wheel, Message(CHANGED, {}))
    if keys and not is_signed_by(path, keys):
        return Installed(path, wheel, Message(UNSIGNED, {}))
    return Installed(path, wheel)


def _versions(folder: Path, name: str) -> list[Path]:
    prefix = f"{name.replace('-', '_')}-"
    return [path for path in folder.glob("*.whl") if path.name.startswith(prefix)]


def _put(source: Path, target: Path) -> None:
    # Whole or not at all: a process may start while it is copied.
    fresh = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, fresh)
    fresh.replace(target)


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)
    signature_of(path).unlink(missing_ok=True)


def _read_pins(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / PINS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {name: sha256 for sha256, name in pairs}


def _write_pins(folder: Path, pins: dict[str, str]) -> None:
    there = {path.name for path in folder.glob("*.whl")}
    lines = [f"{sha256}  {name}\n" for name, sha256 in sorted(pins.items()) if name in there]
    fresh = folder / f".{PINS}.{os.getpid()}"
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(folder / PINS)


CHANGED = _("Its file is not the one that was installed.")
UNSIGNED = _("It is not signed by anybody whose plugins are taken here.")
