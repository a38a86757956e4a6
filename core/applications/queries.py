"""One application with everything about it: one query, one round trip, masked."""

from __future__ import annotations

import uuid
from typing import Any

from core.access import Subject, allowed
from core.applications.drafts import OPEN_TO_CHANGE
from core.applications.reach import IN_REACH, reach
from core.applications.submission import WITHDRAWABLE
from core.context import Context
from core.errors import NotFoundError
from core.owed_papers.standing import STANDING
from core.programmes import is_offered

READ = f"""
select json_build_object(
  'id', a.id, 'tenant_id', a.tenant_id, 'tenant', t.slug, 'tenant_name', t.name,
  'number', a.number, 'version', a.version, 'state', a.state, 'round', a.round,
  'programme', a.programme, 'programme_version', a.programme_version, 'category', a.category,
  'focus', a.focus, 'urgent_reason', a.urgent_reason, 'school_year', a.school_year, 'campaign', (
    select json_build_object('id', c.id, 'number', c.number, 'name', c.name)
    from campaigns c where c.tenant_id = a.tenant_id and c.id = a.campaign_id),
  'applied_on', a.applied_on, 'asked', a.asked, 'amount', a.amount, 'answers', a.answers,
  'papers_seen', a.papers_seen,
  'assessment', a.assessment, 'facts', a.facts, 'parameters', encode(a.parameters, 'hex'),
  'started_by', a.started_by, 'submitted_by', a.submitted_by,
  'started_at', a.started_at, 'submitted_at', a.submitted_at, 'closed_at', a.closed_at,
  'unit', json_build_object('id', u.id, 'path', u.path, 'full_name', u.full_name),
  'household', json_build_object(
    'id', h.id, 'file_number', h.file_number, 'state', h.state, 'head_name', h.head_name,
    'head_id', h.head_id_masked, 'member_count', h.member_count, 'category', h.category,
    'filed_by', h.filed_by, 'card', h.card_masked, 'bank_name', h.bank_name),
  'member', (
    select json_build_object('id', m.id, 'name', m.name, 'id_number', m.id_masked,
      'relation', m.relation, 'education_stage', m.education_stage, 'school', m.school)
    from members m where m.tenant_id = a.tenant_id and m.id = a.member_id),
  'steps', coalesce((
    select json_agg(json_build_object(
      'id', s.id, 'round', s.round, 'position', s.position, 'kind', s.kind, 'level', s.level,
      'state', s.state, 'unit_path', s.unit_path, 'deciding_tenant', s.deciding_tenant,
      'opened_at', s.opened_at, 'due_on', s.due_on, 'decision', s.decision, 'reason', s.reason,
      'amount', s.amount, 'findings', s.findings, 'decided_by', s.decided_by,
      'decided_by_name', s.decided_by_name, 'decided_at', s.decided_at)
      order by s.round, s.position)
    from steps s where s.tenant_id = a.tenant_id and s.application_id = a.id), '[]'),
  'notice', (
    select json_build_object(
      'id', n.id, 'state', n.state, 'first_day', n.first_day, 'last_day', n.last_day,
      'working_days', n.working_days, 'closed_at', n.closed_at, 'open_objections', (
        select count(*) from objections o
        where o.tenant_id = n.tenant_id and o.notice_id = n.id and o.state = 'open'))
    from notices n where n.tenant_id = a.tenant_id and n.application_id = a.id
    order by n.id desc limit 1),
  'owed_papers', (
    select json_build_object(
      'id', o.id, 'standing', {STANDING}, 'granted_on', o.granted_on, 'due_on', o.due_on,
      'handed_in_on', o.handed_in_on, 'reason', o.reason)
    from owed_papers o where o.tenant_id = a.tenant_id and o.application_id = a.id),
  'measure', (
    select json_build_object(
      'id', x.id, 'line', x.line, 'department', x.department, 'cooperating', x.cooperating,
      'content', x.content, 'responsible', x.responsible, 'due_on', x.due_on, 'state', x.state,
      'outcome', x.outcome, 'referred_on', x.referred_on, 'closed_on', x.closed_on)
    from measures x where x.tenant_id = a.tenant_id and x.application_id = a.id),
  'payments', coalesce((
    select json_agg(json_build_object(
      'id', p.id, 'number', p.number, 'state', p.state, 'amount', p.amount,
      'fund', f.name, 'donor', f.donor, 'fund_id', p.fund_id, 'batch_id', p.batch_id,
      'card', p.card_masked,
      'bank_name', p.bank_name, 'reserved_at', p.reserved_at, 'paid_on', p.paid_on,
      'failure', p.failure, 'means', p.means, 'goods', p.goods, 'handover', (
        select json_build_object(
          'id', o.id, 'outcome', o.outcome, 'state', o.state, 'happened_on', o.happened_on,
          'givers', o.givers, 'receiver', o.receiver, 'relation', o.relation, 'remark', o.remark,
          'receipt_id', o.receipt_id, 'recorded_by', o.recorded_by, 'reason', o.reason)
        from handovers o where o.tenant_id = p.tenant_id and o.payment_id = p.id
        order by o.id desc limit 1)) order by p.id desc)
    from payments p join funds f on f.tenant_id = p.tenant_id and f.id = p.fund_id
    where p.tenant_id = a.tenant_id and p.application_id = a.id), '[]'),
  'evidence', coalesce((
    select json_agg(json_build_object(
      'id', e.id, 'kind', e.kind, 'filename', e.filename, 'media_type', e.media_type,
      'size', e.size, 'uploaded_at', e.uploaded_at) order by e.id)
    from evidence e where e.tenant_id = a.tenant_id and e.household_id = a.household_id
    and (e.application_id = a.id or strpos(a.answers::text, e.id::text) > 0)), '[]')
)
from applications a
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
join tenants t on t.id = a.tenant_id
where a.id = %(application)s and a.tenant_id = any (%(tenants)s) and {IN_REACH}
"""  # noqa: S608 (IN_REACH and STANDING are constants)


def read_application(ctx: Context, application_id: uuid.UUID) -> dict[str, Any]:
    """Return an application of the tenant, or of one below it, JSON-ready and masked.

    With household, steps, assessment, notice, payments and evidence; money is fen. `can` lists
    what the actor may do now: revise, submit, resubmit, move, withdraw, decide. `available` says
    whether its programme can judge it anew; where not it is finished by what is stored, or moved.
    NotFoundError where there is none in the actor's reach.
    """
    values = reach(ctx)
    tenants = [values["tenant"], *values["below"]]
    values |= {"application": application_id, "tenants": tenants, "today": ctx.today}
    rows = ctx.session.fetch(READ, values)
    if not rows:
        raise NotFoundError
    found: dict[str, Any] = rows[0][0]
    found["available"] = _is_available(ctx, found)
    # What stands on the list of a campaign is changed and decided on there, with its list.
    return {**found, "can": [] if found["campaign"] else _actions(ctx, found)}


def _is_available(ctx: Context, found: dict[str, Any]) -> bool:
    name, own = found["programme"], uuid.UUID(found["tenant_id"]) == ctx.tenant_id
    if not ctx.catalogue.is_available(name):
        return False
    return found["state"] not in OPEN_TO_CHANGE or not own or is_offered(ctx, name)


def _actions(ctx: Context, found: dict[str, Any]) -> list[str]:
    tenant_id = uuid.UUID(found["tenant_id"])
    place = Subject(tenant_id, found["unit"]["path"])
    actions = []
    is_open = found["state"] in OPEN_TO_CHANGE
    if is_open and allowed(ctx, "application.start", place):
        actions += ["revise", "move"] if found["available"] else ["move"]
    if is_open and found["available"] and allowed(ctx, "application.submit", place):
        actions.append("submit" if found["state"] == "draft" else "resubmit")
    if found["state"] in WITHDRAWABLE and allowed(ctx, "application.submit", place):
        actions.append("withdraw")
    if _may_decide(ctx, found, tenant_id):
        actions.append("decide")
    return actions


def _may_decide(ctx: Context, found: dict[str, Any], tenant_id: uuid.UUID) -> bool:
    step = next((one for one in found["steps"] if one["state"] == "open"), None)
    if step is None or ctx.actor.is_system:
        return False
    taken = {one["decided_by"] for one in found["steps"] if one["position"] != step["position"]}
    people = {
        found["household"]["filed_by"], found["started_by"], found["submitted_by"], *taken
    }  # fmt: skip
    subject = Subject(
        tenant_id=tenant_id,
        unit_path=step["unit_path"],
        parties=frozenset(uuid.UUID(person) for person in people if person),
        deciding_tenant=uuid.UUID(step["deciding_tenant"]),
    )
    return allowed(ctx, f"step.{step['kind']}", subject)
