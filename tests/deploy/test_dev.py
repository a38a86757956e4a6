"""The launcher, as a newcomer types it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from deploy.local.places import PROJECT

DEV = PROJECT / "dev"


def dev(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Type `./dev` with arguments, from another folder."""
    return subprocess.run(
        [DEV, *arguments],
        cwd="/", env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        check=False, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The launcher and what it reads, in a place where nothing is installed yet."""
    place = tmp_path / "project"
    (place / "deploy" / "local").mkdir(parents=True)
    (place / "plugins" / "one").mkdir(parents=True)
    for name in ("dev", "uv.lock", "pyproject.toml", "deploy/local/bootstrap.py"):
        shutil.copy(PROJECT / name, place / name)
    (place / "plugins" / "one" / "pyproject.toml").write_text("")
    return place


def call(copy: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Type `./dev` in the copy, with the tools of the system alone."""
    clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(copy)}
    return subprocess.run(
        ["./dev", *arguments],
        cwd=copy, env={**clean, **environment}, stdin=subprocess.DEVNULL,
        check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_without_a_command_it_says_what_there_is() -> None:
    answer = dev()
    assert answer.returncode == 0
    for command in ("up", "test", "lint", "bench", "run", "doctor"):
        assert f"./dev {command}" in answer.stdout


def test_what_python_compiled_is_kept_whatever_the_image_of_a_container_says() -> None:
    answer = dev("run", "python", "-c", "import sys; print(sys.dont_write_bytecode)",
                 PYTHONDONTWRITEBYTECODE="1")  # fmt: skip
    assert answer.stdout == "False\n", answer.stderr


def test_an_unknown_command_is_misuse() -> None:
    answer = dev("fly")
    assert answer.returncode == 2
    assert "./dev up" in answer.stderr


def test_run_without_a_command_is_misuse() -> None:
    assert dev("run").returncode == 2


def test_run_gives_back_output_and_exit_code() -> None:
    answer = dev("run", "sh", "-c", "echo out; exit 7")
    assert answer.stdout == "out\n"
    assert answer.returncode == 7


def test_run_uses_the_projects_environment_and_folder() -> None:
    answer = dev("run", "python", "-c", "import sys, os; print(sys.prefix, os.getcwd())")
    assert answer.stdout.split() == [str(PROJECT / ".venv"), str(PROJECT)]


def test_run_keeps_words_together() -> None:
    answer = dev("run", "printf", "[%s]", "two words", "$HOME", "*")
    assert answer.stdout == "[two words][$HOME][*]"


def test_run_finds_the_bangfu_command() -> None:
    answer = dev("run", "bangfu", "--help")
    assert answer.returncode == 0
    assert "judge" in answer.stdout


def test_when_all_is_there_it_takes_less_than_two_seconds() -> None:
    dev("run", "true")
    begin = time.monotonic()
    assert dev("run", "true").returncode == 0
    assert time.monotonic() - begin < 2


def test_doctor_names_what_is_missing_and_changes_nothing(copy: Path) -> None:
    before = sorted(copy.rglob("*"))
    answer = call(copy, "doctor")
    assert answer.returncode == 1
    assert "✓ Python: 3." in answer.stdout
    assert "✗ Python packages are missing" in answer.stdout
    assert "./dev run true installs them" in answer.stdout
    assert sorted(copy.rglob("*")) == before


@pytest.mark.parametrize(
    ("sudo", "begins"), [(True, "sudo sh -c 'apt-get update && "), (False, "su -c 'apt-get update")]
)
def test_who_is_not_root_is_told_the_one_line_to_type(
    copy: Path, tmp_path: Path, sudo: bool, begins: str
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "python3", "sed", "cut", "cat", "cksum", "tr"):
        (tools / name).symlink_to(shutil.which(name) or name)
    stubs = {"dpkg-query": "exit 1", "id": "echo 1000", **({"sudo": "exit 1"} if sudo else {})}
    for name, body in stubs.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    answer = call(copy, "doctor", PATH=str(tools))
    assert answer.returncode == 1
    line = next(line for line in answer.stdout.splitlines() if "libpango" in line and "apt" in line)
    assert line.strip().startswith(begins)
    assert line.endswith("fonts-lxgw-wenkai'")


def test_a_machine_without_a_new_enough_python_is_told(copy: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "mkdir", "flock", "date", "cat"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    answer = call(copy, "run", "true", PATH=str(tools))
    assert answer.returncode == 1
    assert "Python 3.11 or newer is missing" in answer.stderr


def test_without_a_network_it_says_what_failed_and_where_the_log_is(copy: Path) -> None:
    answer = call(copy, "run", "true", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")
    assert answer.returncode == 1
    assert "✗ fetch uv" in answer.stderr
    assert "uv cannot be fetched" in answer.stderr
    assert f"{copy}/.local/logs/fetch-uv" in answer.stderr
    assert answer.stdout == ""


def test_the_launcher_and_the_ci_script_are_clean() -> None:
    program = PROJECT / ".venv" / "bin" / "shellcheck"
    answer = subprocess.run(
        [program, DEV, PROJECT / ".ci" / "run"], check=False, capture_output=True, text=True
    )
    assert answer.stdout == ""
    assert answer.returncode == 0
