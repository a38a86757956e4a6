"""What a start prints, also where nobody reads it any more."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from deploy.local.places import PROJECT
from deploy.local.progress import step


def test_a_step_tells_its_title_and_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with step("stop web"):
        pass
    assert capsys.readouterr().out == "✓ stop web (0.0 s)\n"


def test_a_step_that_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no"), step("stop web"):
        raise ValueError("no")
    assert capsys.readouterr().out == "✗ stop web\n"


def test_a_closed_terminal_keeps_nothing_from_being_done() -> None:
    program = (
        "import sys\n"
        "from deploy.local.progress import say, step\n"
        "say('stopping')\n"
        "with step('stop web'): print('web is stopped', file=sys.stderr)\n"
        "print('servers are stopped', file=sys.stderr)\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT, stdout=writer, stderr=subprocess.PIPE, check=False, text=True,
    )  # fmt: skip
    os.close(writer)
    assert done.stderr.startswith("web is stopped\nservers are stopped\n")
