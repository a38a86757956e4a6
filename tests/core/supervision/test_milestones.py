"""Milestones in the report: measured from the files, reached, running or missed to the day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from core.context import BEIJING
from core.db import new_id
from core.households.life.models import Measure
from core.installation import Installation
from core.policies import Policies
from core.supervision.figures import share
from core.supervision.milestones import COUNTS, PROGRESS, REACHED, Counts, Progress
from core.tenancy import TenantView
from tests.core.supervision.guangxi import (
    CHENGZHONG,
    NOW,
    QINGXIU,
    XINGNING,
    Region,
    count,
    findings_of,
    found_region,
    report,
)
from tests.core.supervision.records import change_file
from tests.core.supervision.records import count as count_office
from tests.factories import Filed, file_household, found_tree
from tests.office import Office
from worker.pdf.wording import Wording

MISSED = "%(federation)s: “%(milestone)s”"
CODES = tuple(one.code for one in Policies.load().pack("guangxi").milestones)


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Nanning: four files in force, three judged, two helped, three lines. Liuzhou: all done."""
    found = found_region(module_installation)
    files = [
        put(found, found.nanning, unit, category)
        for unit, category in ((QINGXIU, "dibao"), (QINGXIU, "none"), (XINGNING, "orphan"),
                               (XINGNING, None))
    ]  # fmt: skip
    for file, line, state in (
        (files[0], "medical", "open"), (files[0], "education", "done"),
        (files[2], "employment", "accepted"), (files[3], "housing", "refused"),
        (files[3], "medical", "cancelled"),
    ):  # fmt: skip
        refer(found, found.nanning, file, line, state)
    put(found, found.nanning, QINGXIU, None, state="exited")
    own = put(found, found.liuzhou, CHENGZHONG, "dibao")
    for measure in Policies.load().pack("guangxi").measures:
        refer(found, found.liuzhou, own, measure.code, "open")
    return found


def put(
    region: Region, tenant: TenantView, unit: str, category: str | None, **values: Any
) -> Filed:
    return file_household(region.installation, tenant, unit=unit, category=category,
                          relatives=(), **values)  # fmt: skip


def refer(region: Region, tenant: TenantView, file: Filed, line: str, state: str) -> None:
    """Put a measure of a line with a file."""
    with region.installation.system(tenant) as ctx:
        ctx.session.add(Measure(
            tenant_id=tenant.id, id=new_id(), household_id=file.id, version=1, line=line,
            department="", cooperating=[], content="帮扶", responsible="", state=state,
            due_on=dt.date(2019, 12, 31), outcome="", referred_on=dt.date(2019, 6, 1),
            referred_by=uuid.uuid4(), closed_on=None, changed_at=NOW,
        ))  # fmt: skip


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=BEIJING)


def states(region: Region, subject: TenantView, day: str) -> dict[str, str]:
    today = dt.date.fromisoformat(day)
    found = count(region, subject, "2019Q2", at(day)).milestones
    return {one.milestone.code: one.state(today)["text"] for one in found}


def test_progress_is_counted_from_files_and_measures(region: Region) -> None:
    found = count(region, region.nanning).milestones
    assert {one.milestone.code: (one.done, one.whole) for one in found} == {
        "identification": (3, 4), "operation": (3, 8), "goals": (2, 4),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-07-31", ("Running", "Running", "Running")),
        ("2019-08-01", ("Missed", "Running", "Running")),
        ("2019-10-01", ("Missed", "Running", "Running")),
        ("2019-10-02", ("Missed", "Missed", "Running")),
        ("2020-12-31", ("Missed", "Missed", "Running")),
        ("2021-01-01", ("Missed", "Missed", "Missed")),
    ],
)
def test_a_milestone_is_missed_from_the_day_after(
    region: Region, day: str, expected: tuple[str, ...]
) -> None:
    assert states(region, region.nanning, day) == dict(zip(CODES, expected, strict=True))


def test_what_is_reached_stays_reached_whatever_the_day(region: Region) -> None:
    assert set(states(region, region.liuzhou, "2019-06-28").values()) == {"Reached"}
    assert set(states(region, region.liuzhou, "2026-01-01").values()) == {"Reached"}


def test_only_what_is_missed_is_a_finding_with_its_figures_and_source(region: Region) -> None:
    content = report(region, region.province, "2019Q2", at("2019-10-02"))
    found = findings_of(content, MISSED)
    assert [(one["federation"]["en"], one["done"], one["whole"]) for one in found] == [
        ("Nanning", 3, 4), ("Nanning", 3, 8),
    ]  # fmt: skip
    assert found[0]["section"]["zh"] == "三：2019年7月底前"
    assert findings_of(report(region, region.nanning), MISSED) == []


def test_the_table_has_each_federation_that_keeps_files(region: Region) -> None:
    table = report(region, region.province)["tables"]["milestones"]
    assert [row[0]["en"] for row in table["rows"]] == ["Nanning"] * 3 + ["Liuzhou"] * 3
    assert table["rows"][0][4:] == [3, 4, share(3, 4), {"text": "Running", "values": {}}]
    assert table["rows"][5][7] == REACHED
    assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_a_finding_reads_in_chinese(region: Region) -> None:
    content = report(region, region.nanning, "2019Q2", at("2019-08-01"))
    (item,) = [one for part in content["sections"][-1]["parts"] for one in part["items"]
               if one["text"].startswith(MISSED)]  # fmt: skip
    told = Wording("zh").put(item)
    for part in (
        "南宁市总工会",
        "完成城镇困难群众精准识别和建档立卡",
        "2019年7月31日",
        "4",
        "75.0%",
    ):
        assert part in told


def test_every_measure_of_every_pack_has_its_words_and_is_counted() -> None:
    used = {one.measure for pack in Policies.load().packs for one in pack.milestones}
    assert used == {"judged", "lines", "helped", "released"} == set(PROGRESS)


def test_those_out_of_hardship_are_counted_by_the_way_they_went(
    installation: Installation,
) -> None:
    """Closed for death or a false statement counts neither way; under the safety net is out."""
    tree = found_tree(installation)
    office = Office(installation, tree)
    for state, way in (
        ("active", None), ("suspended", None), ("safety_net", None), ("phase_out", "recovery"),
        ("exited", "recovery"), ("exited", "safety_net"), ("exited", "died"),
        ("exited", "false_statement"),
    ):  # fmt: skip
        until = office.now.date() if state == "phase_out" else None
        change_file(office, office.city, office.file(), state=state, exit_way=way,
                    phase_out_until=until)  # fmt: skip
    assert count_office(office).milestones == []  # The reference pack names none.
    with office.system() as ctx:
        (row,) = ctx.session.fetch(COUNTS, {"tenants": [office.city.id]})
    counts = Counts(*row)
    assert (counts.ever, counts.released, counts.in_force) == (6, 4, 1)
    milestone = Policies.load().pack("baotou").milestones[0]
    assert milestone.measure == "released"
    progress = Progress(office.city.id, milestone, counts.released, counts.ever)
    assert progress.state(dt.date(2021, 1, 1))["text"] == "Missed"
