"""Reading a household file: one query, one round trip, JSON made by the database, masked."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from core.access import prefixes, require
from core.context import Context
from core.errors import NotFoundError
from core.households.explanations import add_words
from core.households.life.states import OVERDUE, STANDING, bind_day

READ = f"""
select h.version, json_build_object(
  'id', h.id, 'version', h.version, 'file_number', h.file_number, 'state', h.state,
  'category', h.category, 'target_groups', h.target_groups, 'judged_on', h.judged_on,
  'unit', json_build_object('id', u.id, 'path', u.path, 'full_name', u.full_name),
  'head_name', h.head_name, 'head_id', h.head_id_masked, 'member_count', h.member_count,
  'ethnicity', h.ethnicity, 'political_status', h.political_status,
  'disability_kind', h.disability_kind, 'disability_grade', h.disability_grade,
  'work_status', h.work_status, 'model_worker', h.model_worker,
  'marital_status', h.marital_status, 'registration_kind', h.registration_kind,
  'phone', h.phone_masked, 'employer', h.employer, 'employer_code', h.employer_code,
  'address', h.address, 'division_code', h.division_code, 'housing_kind', h.housing_kind,
  'housing_area_centi', h.housing_area_centi, 'single_parent', h.single_parent,
  'medical_insurance', h.medical_insurance, 'zero_employment', h.zero_employment,
  'main_cause', h.main_cause, 'further_causes', h.further_causes, 'bank_name', h.bank_name,
  'card', h.card_masked, 'contact_person', h.contact_person, 'filed_on', h.filed_on,
  'verified_on', h.verified_on, 'changed_at', h.changed_at,
  'standing', {STANDING}, 'overdue', {OVERDUE}, 'exit_way', h.exit_way,
  'state_since', h.state_since, 'phase_out_until', h.phase_out_until,
  'contact_id', h.contact_id,
  'members', (
    select json_agg(json_build_object(
      'id', m.id, 'is_head', m.is_head, 'name', m.name, 'relation', m.relation, 'sex', m.sex,
      'id_number', m.id_masked, 'health', m.health, 'monthly_income', m.monthly_income,
      'occupation', m.occupation, 'education_stage', m.education_stage, 'school', m.school,
      'enrolment_year', m.enrolment_year) order by m.position)
    from members m where m.tenant_id = h.tenant_id and m.household_id = h.id and not m.departed),
  'statement', (
    select json_build_object(
      'as_of', s.as_of, 'income', s.income, 'illness', s.illness, 'disability', s.disability,
      'schooling', s.schooling, 'work_cost', s.work_cost, 'loss', s.loss,
      'compensation', s.compensation, 'self_paid', s.self_paid,
      'still_difficult', s.still_difficult)
    from statements s where s.tenant_id = h.tenant_id and s.household_id = h.id
    order by s.as_of desc limit 1),
  'judgement', (
    select json_build_object(
      'id', j.id, 'on', j.on_date, 'programme', j.programme, 'version', j.programme_version,
      'category', j.category, 'reasons', j.reasons, 'judged_at', j.judged_at, 'explanation', (
        select json_agg(step.said || found.value order by step.place)
        from jsonb_array_elements(f.steps) with ordinality step (said, place)
        join jsonb_array_elements(j.explanation) with ordinality found (value, place)
          using (place)))
    from judgements j
    join explanation_forms f on f.tenant_id = j.tenant_id and f.sha256 = j.form
    where j.tenant_id = h.tenant_id and j.household_id = h.id
    order by j.id desc limit 1),
  'evidence', coalesce((
    select json_agg(json_build_object(
      'id', e.id, 'kind', e.kind, 'filename', e.filename, 'media_type', e.media_type,
      'size', e.size, 'application_id', e.application_id, 'uploaded_at', e.uploaded_at)
      order by e.id)
    from evidence e where e.tenant_id = h.tenant_id and e.household_id = h.id), '[]'),
  'applications', coalesce((
    select json_agg(json_build_object(
      'id', a.id, 'number', a.number, 'programme', a.programme, 'state', a.state,
      'applied_on', a.applied_on, 'asked', a.asked, 'amount', a.amount) order by a.id desc)
    from applications a where a.tenant_id = h.tenant_id and a.household_id = h.id), '[]')
)::text
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.id = %(household)s and u.path like any (%(paths)s)
"""  # noqa: S608 (constants of core alone)


@dataclass(frozen=True)
class Document:
    """A file as it is shown: its version, for If-Match, and its JSON. Money is in fen."""

    version: int
    body: str

    @property
    def data(self) -> dict[str, Any]:
        """The JSON as Python reads it, each step of the explanation shown in words besides."""
        told = dict(json.loads(self.body))
        if told["judgement"]:
            add_words(told["judgement"]["explanation"])
        return told


def read_household(ctx: Context, household_id: uuid.UUID) -> Document:
    """Return one file with members, newest statement and judgement, evidence, applications.

    ID numbers, phone and card are masked. NotFoundError where there is none within the actor's
    units; ForbiddenError where his roles read no files at all.
    """
    values = {
        "tenant": ctx.tenant_id,
        "household": household_id,
        "paths": readable_paths(ctx, "household.read"),
        **bind_day(ctx),
    }
    rows = ctx.session.fetch(READ, values)
    if not rows:
        raise NotFoundError
    return Document(version=rows[0][0], body=rows[0][1])


def readable_paths(ctx: Context, permission: str) -> list[str]:
    """Return LIKE patterns of the unit paths under which the actor holds a permission.

    Where he holds it nowhere: ForbiddenError in his own tenant, NotFoundError in another.
    """
    found = prefixes(ctx, permission, ctx.tenant_id)
    if not found:
        if ctx.actor.tenant_id != ctx.tenant_id:
            raise NotFoundError
        require(ctx, permission)
    return [f"{prefix}%" for prefix in found]
