"""Jobs of verification: the authorisation printed once, in both languages; files; the tick."""

from __future__ import annotations

import io
import uuid

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from core.installation import Installation
from core.orphans import NAMED
from core.outbox import OutboxEntry
from core.verification.consents import find_consent, open_consent, request_consent
from core.verification.files import ANSWERS, find_file, start_file
from core.verification.models import ConsentForm, VerificationAnswer
from tests.core.verification.conftest import World, answered, found_world, person_id
from worker.jobs import perform
from worker.ticker import make_ticks, match_answers


@pytest.fixture(scope="module")
def world(module_installation: Installation) -> World:
    return found_world(module_installation)


def ask(world: World, number: str, language: str = "zh") -> tuple[ConsentForm, OutboxEntry]:
    with world.acting() as ctx:
        return request_consent(ctx, world.household(number).id, language)


def do(world: World, entry: OutboxEntry) -> bool:
    return perform(world.installation, world.tree.city_a.id, entry.id)


def read(world: World, form: ConsentForm) -> tuple[str, int]:
    with world.acting() as ctx:
        _form, pdf = open_consent(ctx, form.id)
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages), len(pages)


def test_the_form_names_everybody_with_number_and_line_to_sign(world: World) -> None:
    form, entry = ask(world, "LPS0700008")
    with world.acting() as ctx, pytest.raises(ConflictError, match="not printed yet"):
        open_consent(ctx, form.id)
    assert do(world, entry)
    told, pages = read(world, form)
    assert pages == 1
    assert "居民家庭经济状况核对授权委托书" in told
    assert "档案编号：LPS0700008" in told
    people = world.household("LPS0700008").member_count
    for place in range(people):
        name, number, _household = person_id(world, "LPS0700008", place)
        assert name in told
        assert number in told
    assert "六盘水市总工会" in told
    assert told.count("（未成年，监护人代签）") == 1
    assert "户籍、教育、社会保险、卫生健康、就业、市场监管、税务、婚姻、不动产、车辆" in told


def test_it_is_printed_in_english_too(world: World) -> None:
    form, entry = ask(world, "LPS0700001", "en")
    assert do(world, entry)
    told, _pages = read(world, form)
    assert "Authorisationofmeansverification" in told
    assert "householdregistration,education" in told


def test_unmasking_and_opening_are_on_record_and_printing_is_done_once(world: World) -> None:
    form, entry = ask(world, "LPS0700003")
    assert do(world, entry)
    assert not do(world, entry)
    read(world, form)
    with world.system() as ctx:
        query = select(AuditRecord).where(AuditRecord.object_id == form.id)
        events = [one.event for one in ctx.session.scalars(query.order_by(AuditRecord.id))]
    assert events == ["consent.requested", "consent.printed", "consent.made", "consent.opened"]


def test_a_form_that_was_tampered_with_is_not_handed_out(world: World) -> None:
    form, entry = ask(world, "LPS0700005")
    assert do(world, entry)
    with world.acting() as ctx:
        made = find_consent(ctx, form.id)
        assert made.storage_key is not None
        path = world.installation.settings.storage / made.storage_key
    path.write_bytes(b"%PDF-another")
    with world.acting() as ctx, pytest.raises(UnavailableError):
        open_consent(ctx, form.id)


def test_who_may_not_ask_sources_prints_nothing(world: World) -> None:
    household = world.household("LPS0700004").id
    for who, error in (("investigator", ForbiddenError), ("finance", ForbiddenError),
                       ("shuicheng", NotFoundError), ("neighbour", NotFoundError)):  # fmt: skip
        with world.acting(who) as ctx, pytest.raises(error):
            request_consent(ctx, household)
    with world.acting() as ctx:
        with pytest.raises(InvalidError):
            request_consent(ctx, household, "fr")
        with pytest.raises(NotFoundError):
            find_consent(ctx, uuid.uuid4())


def test_a_file_of_answers_is_checked_by_the_job(world: World) -> None:
    name, number, _household = person_id(world, "LPS0700009")
    data = answered("民政低保", rows=[(name, number, "否")])
    with world.acting() as ctx:
        item, entry = start_file(ctx, ANSWERS, "civil_affairs", "a.xlsx", data)
    assert do(world, entry)
    with world.acting() as ctx:
        assert find_file(ctx, item.id).state == "checked"
    assert {"departments", "consents"} <= set(NAMED)


def test_what_cannot_be_done_ends_the_file_as_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.acting() as ctx:
        item, entry = start_file(ctx, ANSWERS, "civil_affairs", "a.xlsx", b"x")

    def refuse(*_arguments: object) -> None:
        raise UnavailableError("The storage is gone.")

    monkeypatch.setattr("worker.verification.check_file", refuse)
    assert not do(world, entry)
    with world.acting() as ctx:
        assert find_file(ctx, item.id).state == "failed"


def test_the_clock_gives_waiting_answers_to_whoever_was_filed_meanwhile(world: World) -> None:
    name, number, household = person_id(world, "LPS0700011")
    change = text("update members set active = :active where household_id = :id")
    with world.system() as ctx:
        ctx.session.execute(change, {"active": False, "id": household})
    world.bring(answered("民政低保", rows=[(name, number, "否")]))
    with world.system() as ctx:
        ctx.session.execute(change, {"active": True, "id": household})
    assert "match_answers" in {tick.name for tick in make_ticks()}
    assert match_answers(world.installation) == 1
    with world.system() as ctx:
        query = select(VerificationAnswer).where(VerificationAnswer.household_id == household)
        assert ctx.session.scalars(query).one().id_masked.endswith(number[-2:])
