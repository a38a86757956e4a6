"""What a vendor's wheel says of itself, read without running any of it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from core.errors import InvalidError, _

GROUP = "bangfu.programmes"
ANYWHERE = Tag("py3", "none", "any")
SDK = "bangfu-sdk"


@dataclass(frozen=True)
class Wheel:
    """A wheel that brings programmes. `packages` are the modules it offers them from, `sha256` is
    the hash of its file in hexadecimal digits."""

    path: Path
    name: str
    version: str
    packages: tuple[str, ...]
    author: str
    sha256: str


def read_wheel(path: Path) -> Wheel:
    """Return what is in a wheel.

    Raises InvalidError for a file that is no wheel, runs on some machines only, offers no programme
    or needs something that is not here.
    """
    name, release = _read_name(path)
    found = _open(path)
    points = found.entry_points.select(group=GROUP)
    if not points:
        raise _refused(
            path, _("It offers no programme."),
            _("Name the package under the entry points “bangfu.programmes”."),
        )  # fmt: skip
    _check_needs(path, found)
    _check_modules(path)
    told = found.metadata
    author = next((told[key] for key in ("Author", "Author-email") if key in told), "")
    packages = tuple(sorted({point.module.partition(".")[0] for point in points}))
    return Wheel(path, name, release, packages, author, hash_file(path))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_name(path: Path) -> tuple[str, str]:
    try:
        name, release, _build, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise _refused(
            path, _("Its name is not that of a wheel."), _("Hand over the file as it was built.")
        ) from error
    if ANYWHERE not in tags:
        raise _refused(
            path, _("It runs on some machines only."),
            _("Write the plugin in Python alone, so that its wheel ends in py3-none-any."),
        )  # fmt: skip
    return str(name), str(release)


def _open(path: Path) -> Distribution:
    try:
        root = zipfile.Path(path)
        folder = next(one for one in root.iterdir() if one.name.endswith(".dist-info"))
    except (OSError, zipfile.BadZipFile, StopIteration) as error:
        raise _refused(
            path, _("It cannot be read as a wheel."), _("Hand over the file as it was built.")
        ) from error
    return PathDistribution(folder)


def _check_needs(path: Path, found: Distribution) -> None:
    """Refuse a wheel that needs what is not installed: nothing is fetched for it."""
    needs = [Requirement(text) for text in found.requires or ()]
    needs = [one for one in needs if one.marker is None or one.marker.evaluate({"extra": ""})]
    if SDK not in {one.name for one in needs}:
        raise _refused(
            path, _("It does not say which SDK it was written for."),
            _("Add “bangfu-sdk” to its dependencies."),
        )  # fmt: skip
    for need in needs:
        if not _is_here(need):
            raise _refused(
                path, _("It needs %(need)s."), _("Install that first, or have it rebuilt without."),
                need=str(need),
            )  # fmt: skip


def _is_here(need: Requirement) -> bool:
    try:
        return need.specifier.contains(version(need.name), prereleases=True)
    except PackageNotFoundError:
        return False


def _check_modules(path: Path) -> None:
    """Refuse a wheel with a module of a name that is taken: one of them would hide the other."""
    with zipfile.ZipFile(path) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    for top in sorted(one.removesuffix(".py") for one in tops if not one.endswith(".dist-info")):
        spec = find_spec(top) if top.isidentifier() else None
        origin = (spec.origin or "") if spec else ""
        if spec is not None and not _is_in_folder(origin, path):
            raise _refused(
                path, _("It brings a module “%(name)s”, and there is one already."),
                _("Rename the package."), name=top,
            )  # fmt: skip


def _is_in_folder(origin: str, path: Path) -> bool:
    """Say whether a module comes from a wheel: an earlier version of this one."""
    prefix = path.name.partition("-")[0]
    return any(
        part.endswith(".whl") and part.startswith(f"{prefix}-") for part in Path(origin).parts
    )


def _refused(path: Path, text: str, remedy: str, **values: str) -> InvalidError:
    return InvalidError(text, remedy=remedy, field=path.name, **values)
