"""One declaration, three forms: page, JSON Schema and workbook ask the same of everybody."""

from __future__ import annotations

import datetime as dt
import importlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bangfu_sdk import Condition, Option, Question, QuestionKind, Text
from jsonschema import Draft202012Validator

from core.applications.schema import write_schema
from core.applications.workbook import list_forms
from core.catalogue import Catalogue
from core.federations import NewTenant, add_tenant
from core.installation import Installation
from core.policies import Policies
from core.programmes import is_offered, offer_programme, programme_names
from core.tenancy import TenantView
from tests import factories
from tests.web.api.conftest import Place, Program
from tests.web.conftest import Site, Visitor
from web.app import create_app

VENDOR = Path(__file__).parents[1] / "vendor_example"
PACKS = ("city_2023", "xpcc", "baotou", "liupanshui", "guangxi")
KEYS = ("档案编号", "户主姓名", "学生姓名", "学生身份证号")
OWN = {"csrf_token", "then", "version", "papers_seen", "urgent_reason"}


@dataclass
class Asked:
    """What a form asks: the names of its questions, those that must be answered, choices."""

    names: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Fields(HTMLParser):
    """Collects the fields of a page's last form."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self._select = Asked(), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "form":
            self.asked = Asked()
        elif tag in ("input", "select", "textarea") and name:
            self.asked.names.add(name)
            if "required" in told:
                self.asked.required.add(name)
            self._select = name if tag == "select" else ""
        elif tag == "option" and self._select and told.get("value"):
            self.asked.choices.setdefault(self._select, []).append(str(told["value"]))


@pytest.fixture(scope="module")
def wide(module_installation: Installation) -> Iterator[Installation]:
    """An installation with the vendor's programme beside the built-in ones."""
    sys.path.insert(0, str(VENDOR))
    catalogue = Catalogue.load([importlib.import_module("women_illness_aid")])
    yield replace(module_installation, catalogue=catalogue, policies=Policies.load(None, catalogue))
    sys.path.remove(str(VENDOR))
    # Another test may install another wheel of this name.
    del sys.modules["women_illness_aid"]


@dataclass
class World:
    """A federation of every region pack, with a clerk before page and API in each."""

    site: Site
    cities: dict[str, TenantView]
    clerks: dict[str, Visitor]
    programs: dict[str, Program]
    files: dict[str, str]

    def programmes(self, pack: str) -> list[str]:
        """Return what a region's federation offers."""
        with self.site.installation.system(self.cities[pack]) as ctx:
            return [name for name in programme_names(ctx) if is_offered(ctx, name)]

    def in_force(self, pack: str, programme: str) -> bool:
        """Say whether the programme has figures today."""
        with self.site.installation.system(self.cities[pack]) as ctx:
            return programme in list_forms(ctx)

    def page(self, pack: str, programme: str, **query: str) -> Asked:
        """Return what the page asks; papers are boxes to tick, of which none need be there."""
        city = self.cities[pack].slug
        address = f"/{city}/households/{self.files[pack]}/apply/{programme}"
        fields = _Fields()
        fields.feed(self.clerks[pack].read(address))
        fields.asked.names -= OWN
        return fields.asked

    def schema(self, pack: str, programme: str) -> dict[str, Any]:
        """Return the schema the API hands out, in Chinese."""
        answer = self.programs[pack].get(f"programmes/{programme}/schema", lang="zh")
        assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
        Draft202012Validator.check_schema(answer.json)
        return dict(answer.json)

    def sheet(self, pack: str, programme: str) -> dict[str, bool]:
        """Return the heads of the workbook's questions, and which are printed as required."""
        answer = self.programs[pack].get(f"programmes/{programme}/form")
        assert answer.status_code == 200, answer.text
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
        heads = {str(cell.value): cell.font.color for cell in sheet[2]}
        return {
            title: color is not None and color.rgb == "FFB3261E"
            for title, color in heads.items() if title not in KEYS
        }  # fmt: skip


@pytest.fixture(scope="module")
def world(wide: Installation) -> World:
    tree = factories.found_tree(wide)
    app = create_app(wide)
    site, place = Site(wide, tree, app), Place(wide, tree, app.test_client())
    cities = {}
    for pack in PACKS:
        code = DIVISIONS[pack]
        new = NewTenant(f"of-{pack}".replace("_", "-"), "city", f"{pack}总工会", pack, pack, code,
                        "province")  # fmt: skip
        add_tenant(wide, new)
        cities[pack] = wide.tenant(new.slug)
    chief = factories.hire(wide, cities["city_2023"], "tenant_administrator")
    with wide.context(cities["city_2023"], chief) as ctx:
        offer_programme(ctx, "women_illness_aid", "试用", offered=True)
    people = {pack: factories.hire(wide, city, "clerk") for pack, city in cities.items()}
    return World(
        site, cities,
        clerks={pack: site.sign_in(actor) for pack, actor in people.items()},
        programs={pack: place.sign_in(actor) for pack, actor in people.items()},
        files={pack: str(factories.file_household(wide, city).id) for pack, city in cities.items()},
    )  # fmt: skip


DIVISIONS = {"city_2023": "520200", "xpcc": "660100", "baotou": "150200", "liupanshui": "520200",
             "guangxi": "450100"}  # fmt: skip


def agree(world: World, pack: str, name: str) -> None:
    """Hold what the three forms of a programme ask against each other."""
    with world.site.installation.system(world.cities[pack]) as ctx:
        questions = {one.name: one for one in ctx.catalogue.programme(name).questions}
    page, schema = world.page(pack, name), world.schema(pack, name)
    sheet = world.sheet(pack, name)
    answers = schema["properties"]["answers"]
    told = set(answers["properties"])
    students = {one.name for one in questions.values() if one.kind is QuestionKind.STUDENT}
    papers = {one.name for one in questions.values() if one.kind is QuestionKind.EVIDENCE}
    own = {one for one in ("asked",) if one in questions}
    assert told | students | own == set(questions)
    # Papers are boxes: the file of the household holds none to tick.
    assert page.names == set(questions) - papers, name
    assert list(sheet) == [one.text.zh for one in questions.values() if one.name not in students]
    needed = set(answers["required"]) | own | students
    assert page.required == needed - papers, name
    by_title = {one.text.zh: one.name for one in questions.values()}
    assert {by_title[title] for title, must in sheet.items() if must} == needed - students, name
    for question in questions.values():
        if question.kind is QuestionKind.CHOICE:
            consts = [one["const"] for one in answers["properties"][question.name]["oneOf"]]
            assert page.choices[question.name] == consts
    assert {one["name"] for one in schema["x-evidence"]} == papers


@pytest.mark.parametrize("pack", PACKS)
def test_page_schema_and_workbook_agree_on_every_programme(world: World, pack: str) -> None:
    offered = world.programmes(pack)
    assert offered
    over = [name for name in offered if not world.in_force(pack, name)]
    assert over == (["pension_premium"] if pack == "guangxi" else [])
    for name in offered:
        if name not in over:
            agree(world, pack, name)


def test_without_figures_in_force_there_is_no_form_but_the_reason(world: World) -> None:
    clerk, program = world.clerks["guangxi"], world.programs["guangxi"]
    page = f"/of-guangxi/households/{world.files['guangxi']}/apply/pension_premium"
    assert clerk.get(page).status_code == 422
    for what in ("schema", "form"):
        answer = program.get(f"programmes/pension_premium/{what}")
        assert (answer.status_code, answer.json["code"]) == (422, "not_decidable")
    then = dt.datetime(2020, 6, 30, 1, tzinfo=dt.UTC)
    with world.site.installation.system(world.cities["guangxi"]) as now:
        ctx = replace(now, now=then)
        form = list_forms(ctx)["pension_premium"]
        answers = write_schema(form.programme, form.figures, "zh")["properties"]["answers"]
        asked = {column.field for column in form.columns if not column.field.startswith("#")}
    assert asked - {"asked"} == set(answers["properties"])


def test_every_built_in_programme_and_the_vendor_s_is_among_them(world: World) -> None:
    offered = {name for pack in PACKS for name in world.programmes(pack)}
    catalogue = world.site.installation.catalogue
    known = {one.name for one in catalogue.entries() if hasattr(one.rule, "questions")}
    assert known - offered == set()
    assert "women_illness_aid" in offered


def test_a_question_that_changes_changes_all_three(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = world.site.installation.catalogue.programme("women_illness_aid")
    assert (
        "stage" not in world.schema("city_2023", rule.name)["properties"]["answers"]["properties"]
    )
    added = (
        Question("stage", QuestionKind.CHOICE, Text("分期", "stage"), choices=(
            Option("early", Text("早期", "early")), Option("late", Text("晚期", "late")))),
        Question("ward", QuestionKind.TEXT, Text("病区", "ward"), Text("住院时填", "in hospital"),
                 condition=Condition("stage", "late")),
        Question("next_on", QuestionKind.DATE, Text("下次治疗", "next treatment"), required=False),
        Question("days", QuestionKind.COUNT, Text("住院天数", "days in hospital")),
        Question("report", QuestionKind.EVIDENCE, Text("病理报告", "pathology"),
                 condition=Condition("diagnosed", "yes")),
    )  # fmt: skip
    monkeypatch.setattr(type(rule), "questions", (*rule.questions, *added))
    page, schema = world.page("city_2023", rule.name), world.schema("city_2023", rule.name)
    assert {"stage", "ward", "next_on", "days"} <= page.names
    assert page.choices["stage"] == ["early", "late"]
    answers = schema["properties"]["answers"]
    assert {"stage", "days", "diagnosed"} == set(answers["required"])
    assert answers["allOf"] == [
        {"if": {"properties": {"stage": {"const": "late"}}, "required": ["stage"]},
         "then": {"required": ["ward"]}},
        {"if": {"properties": {"diagnosed": {"const": True}}, "required": ["diagnosed"]},
         "then": {"required": ["report"]}},
    ]  # fmt: skip
    assert answers["properties"]["ward"]["description"] == "仅限：晚期; 住院时填"
    assert [(one["name"], one["required"], one["only_for"]) for one in schema["x-evidence"]] == [
        ("diagnosis", False, None), ("report", True, f"{rule.questions[1].text.zh}：是"),
    ]  # fmt: skip
    assert {"分期", "病区", "下次治疗", "住院天数", "病理报告"} <= set(
        world.sheet("city_2023", rule.name)
    )
