"""A programme for one member of the household: what he was given counts for him alone."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from core.applications.drafts import start_application
from core.applications.imports import plan_file
from core.applications.models import Application
from core.applications.offers import list_offers
from core.applications.schema import write_schema
from core.applications.template import write_form
from core.errors import InvalidError
from core.households.circumstances import state_circumstances
from core.households.listing import Filters
from core.households.models import Member
from core.programmes import offer_programme
from core.replay import replay
from core.wheels import install_wheel
from tests.factories import Filed, Relative, found_tree, hire
from tests.office import Office
from tests.servers import Database, start_installation
from tests.vendor import PACKAGE, SOURCE, fresh_imports, pack_wheel

SPOUSE, SISTER = Relative("李芳", "spouse"), Relative("王芳", "other")
CHANGES = (
    ("kind = Kind.ONE_OFF", "kind = Kind.ONE_OFF\n    per_member = True"),
    ('facts = (FACTS["union_member"],', 'facts = (FACTS["union_member"], FACTS["woman"],'),
    ("questions = (\n", 'questions = (\n        Question("who", QuestionKind.MEMBER, '
     'Text("患病女职工", "the woman who is ill")),\n'),
    ('facts.flag("diagnosed")\n', 'facts.flag("diagnosed") & facts.flag("woman")\n'),
)  # fmt: skip


@pytest.fixture
def office(
    database: Database, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """A city that took up a wheel's programme for one woman worker of a household."""
    monkeypatch.setenv("BANGFU_PLUGINS", str(tmp_path / "plugins"))
    text = (SOURCE / PACKAGE / "__init__.py").read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new, 1)
    wheel = pack_wheel(tmp_path, changes={f"{PACKAGE}/__init__.py": text})
    install_wheel(tmp_path / "plugins", wheel, ())
    with fresh_imports(monkeypatch):
        started = start_installation(database, tmp_path, redis_url)
        office = Office(started, found_tree(started))
        office.people["admin"] = hire(started, office.city, "tenant_administrator")
        with office.acting("admin") as ctx:
            offer_programme(ctx, PACKAGE, "试用", offered=True)
        yield office
        started.engine.dispose()


def file_women(office: Office) -> Filed:
    """File a household of a man and two women, who are union members."""
    filed = office.file(relatives=(SPOUSE, SISTER), statement={"income": 0})
    with office.acting("clerk") as ctx:
        state_circumstances(ctx, filed.id, dt.date(2023, 6, 1), {"union_member": True})
        for one in filed.members:
            ctx.session.get_one(Member, (ctx.tenant_id, one)).sex = "female"
    return filed


def start(office: Office, filed: Filed, member: object) -> Application:
    with office.acting("clerk") as ctx:
        return start_application(
            ctx, filed.id, PACKAGE, {"diagnosed": True}, 2_000_000, member  # type: ignore[arg-type]
        )  # fmt: skip


def test_it_names_whom_it_is_for_and_is_judged_by_what_is_known_of_him(office: Office) -> None:
    filed = file_women(office)
    with pytest.raises(InvalidError, match="Name the member") as caught:
        start(office, filed, None)
    assert caught.value.field == "member_id"
    with pytest.raises(InvalidError, match="未确诊两癌"):
        start(office, filed, filed.head)
    made = start(office, filed, filed.members[0])
    assert (made.facts["woman"], made.member_id) == (True, filed.members[0])
    with office.system() as ctx:
        assert replay(ctx).differences == []


def test_what_one_was_given_is_taken_off_for_him_alone(office: Office) -> None:
    filed = file_women(office)
    start(office, filed, filed.members[0])
    with pytest.raises(InvalidError):
        start(office, filed, filed.members[0])
    assert start(office, filed, filed.members[1]).assessment["maximum"] == 2_000_000


def test_schema_offer_and_workbook_name_the_member(office: Office) -> None:
    filed = file_women(office)
    with office.acting("clerk") as ctx:
        offers = [one for one in list_offers(ctx, filed.id) if one.name == PACKAGE]
        assert [(one.is_open, one.student) for one in offers] == [(True, None)]
        rule = ctx.catalogue.programme(PACKAGE)
        assert "member_id" in write_schema(rule, {}, "zh")["required"]
        data = write_form(ctx, PACKAGE, Filters())
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    titles = [str(cell.value) for cell in sheet[2]]
    name = titles.index("成员姓名") + 1
    rows = {sheet.cell(row, name).value: row for row in range(3, 6)}
    assert set(rows) == {"王建国", "李芳", "王芳"}
    asked: dict[str, int | str] = {"申请金额": 20_000, "女职工确诊": "是"}
    for who, row in rows.items():
        for title, value in asked.items():
            place = next(i for i, one in enumerate(titles, 1) if one.startswith(title))
            sheet.cell(row, place).value = value
        if who == "王芳":
            sheet.cell(row, name).value = "王方"
    saved = io.BytesIO()
    book.save(saved)
    with office.acting("clerk") as ctx:
        plan = plan_file(ctx, PACKAGE, saved.getvalue())
        plan.put_in(ctx, uuid.uuid4(), lambda _done, _total: None)
        assert [one.member_id for one in plan.fresh] == [filed.members[0]]
        assert {one.code for one in plan.faults} == {"member_not_there", "invalid"}
