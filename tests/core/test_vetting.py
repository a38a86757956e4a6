"""What an administrator sees of a programme before he takes it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ForbiddenError, NotFoundError
from core.installation import Installation
from core.vetting import vet_programme
from core.wheels import install_wheel
from tests.factories import found_tree, hire
from tests.office import Office
from tests.servers import Database, start_installation
from tests.vendor import PACKAGE, fresh_imports, pack_wheel


def office_of(installation: Installation) -> Office:
    """Return a city's office with its administrator."""
    office = Office(installation, found_tree(installation))
    office.people["admin"] = hire(installation, office.city, "tenant_administrator")
    return office


def test_what_came_with_the_system_is_shown_with_its_checks_route_and_figures(
    installation: Installation,
) -> None:
    office = office_of(installation)
    with office.acting("admin") as ctx:
        found = vet_programme(ctx, "living_aid")
        assert found.wheel is None
        assert found.findings and all(one.holds for one in found.findings)
        assert [report.failed for report in found.reports] == [0]
        assert [step.level for step in found.route][-1] == "city"
        assert {one["name"] for one in found.figures} >= {"dibao_line", "share.deep"}
        assert found.questions[0].name == "asked"
        with pytest.raises(NotFoundError, match="nobody"):
            vet_programme(ctx, "nobody")
    with office.acting("clerk") as ctx, pytest.raises(ForbiddenError):
        vet_programme(ctx, "living_aid")


def test_a_wheel_tells_its_file_author_hash_and_what_does_not_hold(
    database: Database, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_PLUGINS", str(tmp_path / "plugins"))
    cases = "cases.toml"
    source = Path(__file__).parents[1] / "vendor_example" / PACKAGE / cases
    wrong = source.read_text(encoding="utf-8").replace('amount = "0.00"', 'amount = "1.00"')
    wheel = pack_wheel(tmp_path, changes={f"{PACKAGE}/{cases}": wrong})
    install_wheel(tmp_path / "plugins", wheel, ())
    with fresh_imports(monkeypatch):
        started = start_installation(database, tmp_path, redis_url)
        office = office_of(started)
        with office.acting("admin") as ctx:
            found = vet_programme(ctx, PACKAGE)
        started.engine.dispose()
    assert found.standing.state == "available"
    assert found.wheel is not None
    assert (found.wheel.author, len(found.wheel.sha256)) == ("Qianxi Software", 64)
    assert {one.check for one in found.findings if not one.holds} == {"cases"}
    assert [report.failed for report in found.reports] == [1]
    assert found.notice_days == 5
