"""openfisca-core as a peer: installed on demand into an environment of its own, run beside us.

It is AGPL: no part of the product and of its environment, nothing here or there imports it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
REQUIREMENTS = HERE / "requirements.txt"
ENVIRONMENT = ROOT / ".local" / "bench" / "openfisca"


@dataclass(frozen=True)
class Peer:
    """The rule in openfisca-core, waiting to be run."""

    name: str
    process: subprocess.Popen[str]

    def run(self) -> None:
        """Run the rule once over all households."""
        self._ask("run")

    def check(self) -> dict[str, Any]:
        """Return how many are in each category, and how many net incomes are not exact."""
        told: dict[str, Any] = json.loads(self._ask("check"))
        return told

    def _ask(self, what: str) -> str:
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError("the peer has no pipes")
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError("the peer ended")
        return answer


@contextmanager
def start(columns: Mapping[str, Any]) -> Iterator[Peer]:
    """Yield the peer with these facts, its environment made first where it is not there."""
    python = _install()
    with tempfile.TemporaryDirectory(prefix="bangfu-bench-") as folder:
        facts = Path(folder) / "facts.npz"
        np.savez(facts, **columns)
        command = [str(python), str(HERE / "peer.py"), str(facts)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            yield Peer(_name(), process)


def _name() -> str:
    [line] = [one for one in REQUIREMENTS.read_text().splitlines() if "openfisca" in one]
    return line.replace("==", " ")


def _install() -> Path:
    """Return the interpreter of the environment that has exactly what is pinned."""
    python, noted = ENVIRONMENT / "bin" / "python", ENVIRONMENT / REQUIREMENTS.name
    if noted.exists() and noted.read_bytes() == REQUIREMENTS.read_bytes():
        return python
    own = ROOT / ".local" / "tools" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    if uv is None:
        raise AssertionError("uv is not there: run this by ./dev bench")
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    for arguments in (
        ["venv", "--clear", "--python", sys.executable, str(ENVIRONMENT)],
        ["pip", "install", "--python", str(python), "--requirement", str(REQUIREMENTS)],
    ):
        subprocess.run([uv, *arguments], check=True, capture_output=True, env=environment)
    shutil.copy(REQUIREMENTS, noted)
    return python
