"""Every code a page can meet has a word, and every event of the trail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.access import ROLES
from core.admissions.models import STATES as ADMISSIONS
from core.applications.models import STATES
from core.funds.models import CHANGE_STATES
from core.households.life.gaps import GAPS
from core.households.papers import KINDS
from core.owed_papers.standing import STANDINGS as OWED_PAPERS
from core.programmes import STATES as STANDINGS
from core.supervision.service import JOB
from core.tenancy import UNIT_LEVELS
from core.wrong_payments.models import KINDS as WRONG_KINDS
from web import labels
from web.events import EVENTS
from web.labels import label, tone

CORE = Path(__file__).parents[2] / "core"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("application", STATES),
        ("role", tuple(ROLES)),
        ("level", UNIT_LEVELS),
        ("evidence", KINDS),
        ("change", CHANGE_STATES),
        ("standing", STANDINGS),
        ("step_kind", ("investigation", "review", "approval")),
        ("decision", ("approve", "return", "reject", "refuse")),
        ("admission", ADMISSIONS),
        ("owed_papers", OWED_PAPERS),
        ("gap", tuple(GAPS)),
        ("wrong_kind", WRONG_KINDS),
    ],
)
def test_every_code_has_its_word(kind: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if code not in labels.KINDS[kind]] == []


def recorded_events() -> Iterator[str]:
    """Yield every event that the core writes into the trail under a fixed name."""
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            event = node.args[1]
            if name in ("record", "compose") and isinstance(event, ast.Constant):
                yield str(event.value)


def test_every_event_has_its_word() -> None:
    found = set(recorded_events())
    assert {"household.filed", "batch.sent", "login.opened"} <= found
    assert sorted(found - set(EVENTS)) == []


def test_jobs_have_words() -> None:
    assert {"check_import", "run_import", "open_notice", JOB} <= set(labels.JOBS)


def test_an_unknown_code_is_shown_as_it_is_and_in_no_colour(
    # A plugin or a later version may bring codes of its own.
) -> None:
    assert label("application", "of_a_later_version") == "of_a_later_version"
    assert tone("of_a_later_version") == ""
    assert labels.event_name("new.event") == "new.event"
