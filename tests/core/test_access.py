"""Who may do what, where: every role with every permission, scopes, four eyes, supervision."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from core.access import DECISIONS, DOWNWARD, ROLES, Subject, allowed, prefixes, require
from core.context import Context
from core.errors import ForbiddenError, NotFoundError
from core.installation import Installation
from core.people import SYSTEM, Actor, Grant
from core.tenancy import TenantView
from tests.factories import Tree, found_tree

COUNTY, TOWNSHIP, OTHER_COUNTY = "1.", "1.1.", "2."

WANTED = {
    "clerk": "household.read household.file household.change household.import household.export "
             "household.judge evidence.add evidence.read application.read application.start "
             "application.submit notice.read plan.keep measure.keep visit.record "
             "verification.record state.change exit.propose verification.read "
             "verification.request verification.import verification.decide verification.uphold "
             "discovery.read discovery.find discovery.decide ledger.read ledger.record "
             "enrolment.read enrolment.import claim.read claim.enter follow_up.record "
             "admission.read admission.begin papers.hand_in campaign.read campaign.keep "
             "handover.record job.read",
    "department_officer": "ledger.read ledger.record referral.read referral.answer "
                          "admission.read admission.approval job.read",
    "investigator": "household.read evidence.add evidence.read application.read "
                    "step.investigation visit.record verification.record notice.read "
                    "verification.read follow_up.record admission.read "
                    "admission.investigation campaign.read handover.record job.read",
    "reviewer": "household.read household.export evidence.read application.read step.review "
                "exit.confirm notice.read verification.read verification.import "
                "verification.decide verification.uphold discovery.read discovery.find "
                "discovery.decide ledger.read enrolment.read claim.read claim.review "
                "entitlement.check admission.read admission.review papers.check "
                "campaign.read job.read",
    "approver": "household.read household.export household.judge evidence.read application.read "
                "step.approval notice.read notice.close objection.decide fund.read report.read "
                "report.request state.change exit.propose exit.confirm verification.read "
                "discovery.read registry.judge policy.simulate ledger.read "
                "wrong_payment.confirm enrolment.read claim.read claim.approve "
                "admission.read admission.approval entitlement.end papers.check campaign.read "
                "campaign.approve job.read",
    "finance": "application.read fund.read fund.manage budget.confirm batch.make batch.send "
               "batch.reconcile payment.unmask wrong_payment.record wrong_payment.confirm "
               "report.read enrolment.read contribution.record claim.read campaign.read "
               "handover.confirm job.read",
    "supervisor": "household.read application.read notice.read fund.read report.read "
                  "report.request tenant.read verification.read policy.simulate ledger.read "
                  "wrong_payment.record enrolment.read claim.read admission.read campaign.read "
                  "job.read",
    "auditor": "audit.read household.read application.read fund.read report.read tenant.read "
               "ledger.read enrolment.read claim.read admission.read campaign.read job.read",
    "tenant_administrator": "tenant.read unit.manage person.manage policy.manage "
                            "programme.manage registry.judge policy.simulate scheme.manage "
                            "enrolment.read job.read",
    "platform_operator": "tenant.read tenant.manage job.read job.retry",
}  # fmt: skip
"""The roles as they are promised to the federations. A change here is a change of that promise."""

EVERY = sorted({permission for role in ROLES.values() for permission in role})


@pytest.fixture(scope="module")
def tree(module_installation: Installation) -> Tree:
    return found_tree(module_installation)


@pytest.fixture
def at(module_installation: Installation, tree: Tree) -> Iterator[type[Desk]]:
    """Desks at which people sit."""
    Desk.installation = module_installation
    yield Desk


class Desk:
    """Makes the Context of somebody with a role over a unit of a tenant, at work on a tenant."""

    installation: Installation

    @classmethod
    def of(
        cls, tenant: TenantView, role: str, unit: str = "", *, working_on: TenantView | None = None
    ) -> Context:
        grants = (Grant(role, uuid.uuid4(), unit),) if role else ()
        actor = Actor(tenant.id, uuid.uuid4(), "li", "李", grants)
        return cls.by(actor, working_on or tenant)

    @classmethod
    def by(cls, actor: Actor, tenant: TenantView) -> Context:
        # No statement is run, so no connection is taken: access decides on what it is given.
        with cls.installation.context(tenant, actor) as ctx:
            return ctx


@pytest.mark.parametrize("permission", EVERY)
@pytest.mark.parametrize("role", sorted(WANTED))
def test_a_role_may_do_this_and_nothing_else(
    at: type[Desk], tree: Tree, role: str, permission: str
) -> None:
    ctx = at.of(tree.city_a, role)
    may = permission in WANTED[role].split()
    assert allowed(ctx, permission) is may
    assert allowed(ctx, permission, Subject(tree.city_a.id)) is may
    assert allowed(ctx, permission, Subject(tree.city_a.id, TOWNSHIP)) is may
    assert not allowed(ctx, permission, Subject(tree.city_b.id))
    assert not allowed(ctx, permission, Subject(tree.province.id))


def test_every_role_is_promised() -> None:
    assert set(ROLES) == set(WANTED)


@pytest.mark.parametrize(("first", "second"), [
    ("household.file", "step.investigation"),
    ("household.file", "step.review"),
    ("household.file", "step.approval"),
    ("step.review", "step.approval"),
    ("step.approval", "batch.send"),
    ("household.file", "admission.approval"),
    ("admission.begin", "admission.investigation"),
    ("admission.begin", "admission.approval"),
    ("admission.investigation", "admission.approval"),
    ("admission.review", "admission.approval"),
    ("application.start", "fund.manage"),
    ("person.manage", "step.approval"),
    ("person.manage", "household.read"),
    ("tenant.manage", "household.read"),
    ("audit.read", "household.change"),
])  # fmt: skip
def test_no_role_holds_both_ends_of_a_control(first: str, second: str) -> None:
    assert [role for role, held in ROLES.items() if {first, second} <= held] == []


@pytest.mark.parametrize(("held", "asked", "may"), [
    ("", "", True), ("", COUNTY, True), ("", TOWNSHIP, True),
    (COUNTY, COUNTY, True), (COUNTY, TOWNSHIP, True),
    (COUNTY, "", False), (COUNTY, OTHER_COUNTY, False), (TOWNSHIP, COUNTY, False),
    ("1.", "10.", False), ("1.1.", "1.10.", False),
])  # fmt: skip
def test_a_role_reaches_its_unit_and_all_below_it(
    at: type[Desk], tree: Tree, held: str, asked: str, may: bool
) -> None:
    ctx = at.of(tree.city_a, "clerk", held)
    assert allowed(ctx, "household.change", Subject(tree.city_a.id, asked)) is may


@pytest.mark.parametrize(("grants", "department", "path", "may"), [
    ((("department_officer", "", "housing"),), "housing", TOWNSHIP, True),
    ((("department_officer", "", "housing"),), "education", TOWNSHIP, False),
    ((("department_officer", "", "housing"),), "union", TOWNSHIP, False),
    ((("department_officer", COUNTY, "housing"),), "housing", OTHER_COUNTY, False),
    ((("department_officer", COUNTY, "housing"),), "housing", "", False),
    ((("clerk", "", ""),), "union", TOWNSHIP, True),
    ((("clerk", "", ""),), "housing", TOWNSHIP, False),
    ((("department_officer", COUNTY, "housing"), ("department_officer", OTHER_COUNTY, "education")),
     "education", TOWNSHIP, False),
    ((("reviewer", "", ""),), "union", TOWNSHIP, False),
])  # fmt: skip
def test_a_department_records_its_own_aid_within_its_units_alone(
    at: type[Desk],
    tree: Tree,
    grants: tuple[tuple[str, str, str], ...],
    department: str,
    path: str,
    may: bool,
) -> None:
    held = tuple(Grant(role, uuid.uuid4(), unit, own) for role, unit, own in grants)
    ctx = at.by(Actor(tree.city_a.id, uuid.uuid4(), "li", "李", held), tree.city_a)
    subject = Subject(tree.city_a.id, path, department=department)
    assert allowed(ctx, "ledger.record", subject) is may
    assert not allowed(ctx, "ledger.record", Subject(tree.city_b.id, path, department=department))
    under = prefixes(ctx, "ledger.record", tree.city_a.id, department)
    assert any(path.startswith(prefix) for prefix in under) is may


def test_another_department_is_told_no_and_another_unit_nothing(at: type[Desk], tree: Tree) -> None:
    grant = Grant("department_officer", uuid.uuid4(), COUNTY, "housing")
    ctx = at.by(Actor(tree.city_a.id, uuid.uuid4(), "li", "李", (grant,)), tree.city_a)
    with pytest.raises(ForbiddenError):
        require(ctx, "ledger.record", Subject(tree.city_a.id, TOWNSHIP, department="education"))
    with pytest.raises(NotFoundError):
        require(ctx, "ledger.record", Subject(tree.city_a.id, OTHER_COUNTY, department="housing"))
    with pytest.raises(NotFoundError):
        require(ctx, "ledger.record", Subject(tree.city_b.id, TOWNSHIP, department="housing"))


def test_lists_are_told_the_units_one_may_look_into(at: type[Desk], tree: Tree) -> None:
    grants = [Grant("clerk", uuid.uuid4(), path) for path in ("1.1.", "1.", "2.3.", "2.30.")]
    grants.append(Grant("finance", uuid.uuid4(), "3."))
    actor = Actor(tree.city_a.id, uuid.uuid4(), "li", "李", tuple(grants))
    ctx = at.by(actor, tree.city_a)
    assert prefixes(ctx, "household.read", tree.city_a.id) == ("1.", "2.3.", "2.30.")
    assert prefixes(ctx, "fund.manage", tree.city_a.id) == ("3.",)
    assert prefixes(ctx, "audit.read", tree.city_a.id) == ()
    assert prefixes(ctx, "household.read", tree.city_b.id) == ()


@pytest.mark.parametrize("permission", sorted(DECISIONS))
def test_nobody_decides_on_what_he_had_a_hand_in(
    at: type[Desk], tree: Tree, permission: str
) -> None:
    role = next(role for role in sorted(ROLES) if permission in ROLES[role])
    ctx = at.of(tree.city_a, role)
    assert ctx.actor.person_id is not None
    subject = Subject(tree.city_a.id, parties=frozenset({ctx.actor.person_id}))
    assert allowed(ctx, permission, Subject(tree.city_a.id, parties=frozenset({uuid.uuid4()})))
    assert not allowed(ctx, permission, subject)
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        require(ctx, permission, subject)


def test_he_may_still_read_what_he_had_a_hand_in(at: type[Desk], tree: Tree) -> None:
    ctx = at.of(tree.city_a, "approver")
    assert ctx.actor.person_id is not None
    subject = Subject(tree.city_a.id, parties=frozenset({ctx.actor.person_id}))
    assert allowed(ctx, "application.read", subject)


def test_what_one_may_not_even_see_is_not_there(at: type[Desk], tree: Tree) -> None:
    ctx = at.of(tree.city_a, "clerk", COUNTY)
    for subject in (Subject(tree.city_a.id, OTHER_COUNTY), Subject(tree.city_b.id)):
        with pytest.raises(NotFoundError):
            require(ctx, "household.change", subject)
    with pytest.raises(ForbiddenError):
        require(ctx, "step.approval", Subject(tree.city_a.id, TOWNSHIP))


@pytest.mark.parametrize("role", ["supervisor", "auditor", "approver"])
@pytest.mark.parametrize("permission", EVERY)
def test_a_federation_above_reads_below_and_does_nothing_else(
    at: type[Desk], tree: Tree, role: str, permission: str
) -> None:
    may = permission in ROLES[role] & DOWNWARD
    for above, below in (
        (tree.province, tree.city_a), (tree.nation, tree.city_a), (tree.nation, tree.province),
    ):  # fmt: skip
        ctx = at.of(above, role, working_on=below)
        assert allowed(ctx, permission, Subject(below.id, TOWNSHIP)) is may
        assert allowed(ctx, permission) is may
        assert prefixes(ctx, permission, below.id) == (("",) if may else ())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_nobody_looks_up_or_sideways(at: type[Desk], tree: Tree, role: str) -> None:
    ctx = at.of(tree.city_a, role)
    for other in (tree.province, tree.nation, tree.city_b):
        assert [name for name in EVERY if allowed(ctx, name, Subject(other.id))] == []


@pytest.mark.parametrize("role", ["clerk", "finance"])
def test_who_works_on_a_provinces_own_files_does_not_look_down(
    at: type[Desk], tree: Tree, role: str
) -> None:
    ctx = at.of(tree.province, role, working_on=tree.city_a)
    assert [name for name in EVERY if allowed(ctx, name, Subject(tree.city_a.id))] == []


def test_who_answers_for_a_part_of_the_province_does_not_look_down(
    at: type[Desk], tree: Tree
) -> None:
    ctx = at.of(tree.province, "supervisor", COUNTY, working_on=tree.city_a)
    assert not allowed(ctx, "household.read", Subject(tree.city_a.id))


def test_a_step_that_went_up_is_taken_above_and_only_there(at: type[Desk], tree: Tree) -> None:
    step = Subject(tree.city_a.id, TOWNSHIP, deciding_tenant=tree.province.id)
    assert allowed(at.of(tree.province, "approver", working_on=tree.city_a), "step.approval", step)
    for ctx in (
        at.of(tree.city_a, "approver"),
        at.of(tree.nation, "approver", working_on=tree.city_a),
        at.of(tree.city_b, "approver", working_on=tree.city_a),
        at.of(tree.province, "clerk", working_on=tree.city_a),
        at.of(tree.province, "approver", COUNTY, working_on=tree.city_a),
    ):
        assert not allowed(ctx, "step.approval", step)


def test_four_eyes_hold_above_too(at: type[Desk], tree: Tree) -> None:
    ctx = at.of(tree.province, "approver", working_on=tree.city_a)
    assert ctx.actor.person_id is not None
    parties = frozenset({ctx.actor.person_id})
    step = Subject(tree.city_a.id, parties=parties, deciding_tenant=tree.province.id)
    assert not allowed(ctx, "step.approval", step)


def test_a_role_in_one_tenant_is_nothing_in_another_one_works_on(
    at: type[Desk], tree: Tree
) -> None:
    ctx = at.of(tree.city_b, "clerk", working_on=tree.city_a)
    assert [name for name in EVERY if allowed(ctx, name)] == []


def test_somebody_without_a_role_and_one_with_a_forgotten_role_may_nothing(
    at: type[Desk], tree: Tree
) -> None:
    for role in ("", "archivist"):
        ctx = at.of(tree.city_a, role)
        assert [name for name in EVERY if allowed(ctx, name)] == []
        with pytest.raises(NotFoundError):
            require(ctx, "household.read", Subject(tree.city_a.id))


def test_the_system_itself_may_do_everything(at: type[Desk], tree: Tree) -> None:
    ctx = at.by(SYSTEM, tree.city_a)
    assert all(allowed(ctx, name, Subject(tree.city_a.id)) for name in EVERY)
    assert prefixes(ctx, "household.read", tree.city_a.id) == ("",)


def test_an_operator_keeps_the_jobs_below_running_and_touches_nothing_else(
    at: type[Desk], tree: Tree
) -> None:
    for tenant in (tree.province, tree.city_a):
        ctx = at.of(tree.nation, "platform_operator", working_on=tenant)
        may = {one for one in EVERY if allowed(ctx, one, Subject(tenant.id))}
        assert may == {"job.read", "job.retry", "tenant.read"}
    assert not allowed(
        at.of(tree.province, "platform_operator", working_on=tree.nation), "job.retry"
    )
    above = at.of(tree.province, "supervisor", working_on=tree.city_a)
    assert not allowed(above, "job.read")
