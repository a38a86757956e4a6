"""Wheels are pinned when they are installed; one that was changed or is not signed is not used."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalogue import Catalogue, Entry
from core.errors import ConflictError, InvalidError, NotFoundError
from core.wheels import find_installed, install_wheel, read_keys, remove_wheel, sign_wheel
from tests.vendor import PACKAGE, fresh_imports, make_keys, pack_wheel


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty plugin folder that the system looks into."""
    place = tmp_path / "plugins"
    monkeypatch.setenv("BANGFU_PLUGINS", str(place))
    with fresh_imports(monkeypatch):
        yield place


def entry(name: str = PACKAGE) -> Entry:
    """Return how the system finds a programme now."""
    (found,) = [one for one in Catalogue.load().entries() if one.name == name]
    return found


def test_an_installed_wheel_is_pinned_as_others_check_it_and_its_programme_is_there(
    folder: Path, tmp_path: Path
) -> None:
    done = install_wheel(folder, pack_wheel(tmp_path), ())
    assert done.problem is None
    check = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, check=True,
                           capture_output=True, text=True)  # fmt: skip
    assert check.stdout == "women_illness_aid-1.0.0-py3-none-any.whl: OK\n"
    assert entry().is_available
    assert entry().version == "1.0.0"
    assert Catalogue.load().programme("living_aid")


def test_one_that_was_changed_afterwards_is_not_used_and_the_rest_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    done = install_wheel(folder, pack_wheel(tmp_path), ())
    other = pack_wheel(tmp_path / "..", changes={f"{PACKAGE}/more.py": "taken = True"})
    done.path.write_bytes(other.read_bytes())
    assert str(entry().problem) == "Its file is not the one that was installed."
    assert not entry().is_available
    assert Catalogue.load().programme("living_aid")


def test_one_that_was_put_there_by_hand_is_not_used(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    pack_wheel(folder)
    assert "not the one that was installed" in str(entry().problem)


def test_a_newer_version_takes_the_place_of_the_older(folder: Path, tmp_path: Path) -> None:
    install_wheel(folder, pack_wheel(tmp_path), ())
    install_wheel(folder, pack_wheel(tmp_path, version="1.1.0"), ())
    assert [one.path.name for one in find_installed(folder, ())] == [
        "women_illness_aid-1.1.0-py3-none-any.whl"
    ]
    assert "1.0.0" not in (folder / "SHA256SUMS").read_text()


def test_a_removed_one_is_gone_and_one_that_is_not_there_is_told(
    folder: Path, tmp_path: Path
) -> None:
    install_wheel(folder, pack_wheel(tmp_path), ())
    remove_wheel(folder, PACKAGE)
    assert find_installed(folder, ()) == []
    assert (folder / "SHA256SUMS").read_text() == ""
    with pytest.raises(NotFoundError, match="women_illness_aid"):
        remove_wheel(folder, PACKAGE)


def test_where_signatures_are_asked_for_only_signed_wheels_are_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = make_keys(tmp_path / "keys")
    keys, wheel = read_keys(public), pack_wheel(tmp_path)
    with pytest.raises(ConflictError, match="not signed"):
        install_wheel(folder, wheel, keys)
    stranger, _public = make_keys(tmp_path / "stranger")
    sign_wheel(wheel, stranger)
    with pytest.raises(ConflictError, match="not signed"):
        install_wheel(folder, wheel, keys)
    assert not folder.exists()
    sign_wheel(wheel, private)
    done = install_wheel(folder, wheel, keys)
    assert done.problem is None
    monkeypatch.setenv("BANGFU_PLUGIN_KEYS", str(tmp_path / "keys"))
    assert entry().is_available
    assert Catalogue.load().programme("living_aid"), "the system's own need no signature"
    done.path.with_name(f"{done.path.name}.sig").unlink()
    assert "not signed" in str(entry().problem)


def test_where_signatures_are_asked_for_what_came_in_otherwise_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that somebody put into the environment itself does not slip past."""
    wheel = pack_wheel(tmp_path)
    unpacked = tmp_path / "site"
    subprocess.run(["unzip", "-q", str(wheel), "-d", str(unpacked)], check=True)
    monkeypatch.syspath_prepend(unpacked)
    assert entry().is_available
    make_keys(tmp_path / "keys")
    monkeypatch.setenv("BANGFU_PLUGIN_KEYS", str(tmp_path / "keys" / "public.pem"))
    assert "not signed" in str(entry().problem)


def test_a_place_without_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "missing.pem"):
        with pytest.raises(InvalidError, match="no Ed25519 key"):
            read_keys(place)
