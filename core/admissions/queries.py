"""One admission with what is needed to decide on it: one query, masked for other departments."""

from __future__ import annotations

import uuid
from typing import Any

from core.access import Subject, allowed
from core.admissions.beginning import BEGIN
from core.admissions.listing import Filters, Listed, list_admissions
from core.admissions.lookup import IN_REACH, open_paths, reach
from core.admissions.many import NOT_ON_ITS_WAY
from core.admissions.models import LIVE, RETURNED
from core.context import Context
from core.errors import NotFoundError
from core.households.explanations import add_words
from core.households.life.states import AWAITING_ADMISSION, STANDING, bind_day
from core.households.listing import Filters as Households
from core.households.listing import narrow, write_source
from core.pii import mask_name


def _name(person: str) -> str:
    return f"(select p.name from people p where p.tenant_id = a.tenant_id and p.id = {person})"  # noqa: S608


READ = f"""
select json_build_object(
  'id', a.id, 'version', a.version, 'state', a.state, 'round', a.round, 'way', a.way,
  'category', a.category, 'department', a.department, 'document', a.document,
  'began_by', a.began_by, 'began_by_name', {_name("a.began_by")}, 'began_at', a.began_at,
  'submitted_by', a.submitted_by, 'submitted_by_name', {_name("a.submitted_by")},
  'submitted_at', a.submitted_at, 'decided_on', a.decided_on, 'closed_at', a.closed_at,
  'reason', a.reason,
  'unit', json_build_object('id', u.id, 'path', u.path, 'full_name', u.full_name),
  'household', json_build_object(
    'id', h.id, 'file_number', h.file_number, 'head_name', h.head_name,
    'head_id', h.head_id_masked, 'member_count', h.member_count, 'category', h.category,
    'judged_on', h.judged_on, 'standing', {STANDING}, 'admitted_by', h.admitted_by,
    'filed_on', h.filed_on, 'filed_by', h.filed_by),
  'judgement', (
    select json_build_object(
      'on', j.on_date, 'programme', j.programme, 'version', j.programme_version,
      'category', j.category, 'reasons', j.reasons, 'explanation', (
        select json_agg(step.said || found.value order by step.place)
        from jsonb_array_elements(f.steps) with ordinality step (said, place)
        join jsonb_array_elements(j.explanation) with ordinality found (value, place)
          using (place)))
    from judgements j
    join explanation_forms f on f.tenant_id = j.tenant_id and f.sha256 = j.form
    where j.tenant_id = h.tenant_id and j.household_id = h.id
    order by j.id desc limit 1),
  'visits', coalesce((
    select json_agg(json_build_object(
      'id', x.id, 'visited_on', x.visited_on, 'first_visitor_name', {_name("x.first_visitor")},
      'second_visitor_name', {_name("x.second_visitor")}, 'conclusion', x.conclusion,
      'findings', x.findings) order by x.visited_on, x.id)
    from visits x where x.tenant_id = h.tenant_id and x.household_id = h.id
    and x.visited_on >= (a.began_at at time zone 'Asia/Shanghai')::date), '[]'),
  'steps', coalesce((
    select json_agg(json_build_object(
      'id', s.id, 'round', s.round, 'position', s.position, 'kind', s.kind, 'level', s.level,
      'department', s.department, 'state', s.state, 'unit_path', s.unit_path,
      'opened_at', s.opened_at, 'due_on', s.due_on, 'decision', s.decision, 'reason', s.reason,
      'findings', s.findings, 'decided_by', s.decided_by, 'decided_by_name', s.decided_by_name,
      'decided_at', s.decided_at) order by s.round, s.position)
    from admission_steps s where s.tenant_id = a.tenant_id and s.admission_id = a.id), '[]')
)
from admissions a
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where a.tenant_id = %(tenant)s and a.id = %(admission)s and {IN_REACH}
"""  # noqa: S608 (constants of core alone)


def read_admission(ctx: Context, admission_id: uuid.UUID) -> dict[str, Any]:
    """Return an admission with its steps, how the household was judged and who visited it since.

    An officer of a department who does not read household files sees what he decides by: the head
    masked, the category with its reasons and figures, what the investigation found; no visits.
    `can` lists what the actor may do now: decide, submit, withdraw. NotFoundError where there is
    none in his reach.
    """
    values = {**reach(ctx), **bind_day(ctx), "admission": admission_id}
    rows = ctx.session.fetch(READ, values)
    if not rows:
        raise NotFoundError
    found: dict[str, Any] = rows[0][0]
    found["can"] = _actions(ctx, found)
    found["household"].pop("filed_by")
    found["named"] = found["unit"]["path"].startswith(open_paths(ctx) or ("\0",))
    if not found["named"]:
        found["household"]["head_name"] = mask_name(found["household"]["head_name"])
        found["visits"] = []
    if found["judgement"]:
        add_words(found["judgement"]["explanation"])
    return found


def list_of_household(ctx: Context, household_id: uuid.UUID) -> list[Listed]:
    """Return the admissions of one household that the actor sees, the newest first."""
    return list_admissions(ctx, Filters(household_id=household_id))[0]


def may_begin(ctx: Context, household_id: uuid.UUID) -> bool:
    """Say whether the actor may begin the admission of a household now."""
    values = {**narrow(ctx, Households()), "household": household_id}
    query = f"{write_source(values)} and {AWAITING_ADMISSION} and {NOT_ON_ITS_WAY}"
    found = ctx.session.fetch(f"select u.path {query} and h.id = %(household)s", values)
    return any(allowed(ctx, BEGIN, Subject(ctx.tenant_id, path)) for (path,) in found)


def _actions(ctx: Context, found: dict[str, Any]) -> list[str]:
    actions = []
    if allowed(ctx, BEGIN, Subject(ctx.tenant_id, found["unit"]["path"])):
        actions += ["submit"] if found["state"] == RETURNED else []
        actions += ["withdraw"] if found["state"] in LIVE else []
    if _may_decide(ctx, found):
        actions.append("decide")
    return actions


def _may_decide(ctx: Context, found: dict[str, Any]) -> bool:
    step = next((one for one in found["steps"] if one["state"] == "open"), None)
    if step is None or ctx.actor.is_system:
        return False
    taken = {one["decided_by"] for one in found["steps"] if one["position"] != step["position"]}
    people = {found["household"]["filed_by"], found["began_by"], found["submitted_by"], *taken}
    subject = Subject(
        tenant_id=ctx.tenant_id, unit_path=step["unit_path"],
        parties=frozenset(uuid.UUID(person) for person in people if person),
        department=step["department"],
    )  # fmt: skip
    return allowed(ctx, f"admission.{step['kind']}", subject)
