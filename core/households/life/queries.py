"""Reading the life of one file: one query, one round trip, JSON made by the database."""

from __future__ import annotations

import json
import uuid
from typing import Any

from core.context import Context
from core.errors import NotFoundError
from core.households.explanations import add_words
from core.households.life.gaps import LIST_OF_GAPS
from core.households.life.states import OVERDUE, STANDING, bind_day
from core.households.queries import Document, readable_paths


def _of(table: str) -> str:
    return f"from {table} x where x.tenant_id = h.tenant_id and x.household_id = h.id"


def _name(column: str) -> str:
    return f"(select p.name from people p where p.tenant_id = x.tenant_id and p.id = x.{column})"  # noqa: S608


def _list(table: str, fields: str, order: str = "x.id desc") -> str:
    return (
        f"coalesce((select json_agg(json_build_object({fields}) order by {order}) "
        f"{_of(table)}), '[]')"
    )


PLANS = _list("plans", f"""
    'id', x.id, 'number', x.number, 'goals', x.goals, 'starts_on', x.starts_on,
    'ends_on', x.ends_on, 'made_on', x.made_on, 'made_by_name', {_name("made_by")},
    'made_at', x.made_at""", "x.number desc")  # fmt: skip
MEASURES = _list("measures", f"""
    'id', x.id, 'version', x.version, 'line', x.line, 'department', x.department,
    'cooperating', x.cooperating, 'content', x.content, 'responsible', x.responsible,
    'due_on', x.due_on, 'state', x.state, 'outcome', x.outcome, 'referred_on', x.referred_on,
    'referred_by_name', {_name("referred_by")}, 'closed_on', x.closed_on,
    'overdue', x.state in ('open', 'accepted') and x.due_on < %(today)s""",
    "x.state not in ('open', 'accepted'), x.due_on, x.id")  # fmt: skip
VISITS = _list("visits", f"""
    'id', x.id, 'visited_on', x.visited_on, 'first_visitor_name', {_name("first_visitor")},
    'second_visitor_name', {_name("second_visitor")}, 'met', x.met, 'living', x.living,
    'housing', x.housing, 'income_seen', x.income_seen, 'spending_seen', x.spending_seen,
    'findings', x.findings, 'conclusion', x.conclusion, 'signature', x.signature,
    'recorded_by_name', {_name("recorded_by")}, 'recorded_at', x.recorded_at,
    'photos', coalesce((
      select json_agg(json_build_object('id', e.id, 'filename', e.filename) order by e.id)
      from evidence e where e.tenant_id = x.tenant_id and e.household_id = x.household_id
      and e.visit_id = x.id), '[]')""", "x.visited_on desc, x.id desc")  # fmt: skip  # noqa: S608
VERIFICATIONS = _list("verifications", f"""
    'id', x.id, 'on', x.on_date, 'result', x.result, 'remark', x.remark,
    'first_person_name', {_name("first_person")}, 'second_person_name', {_name("second_person")},
    'recorded_by_name', {_name("recorded_by")}, 'recorded_at', x.recorded_at""",
    "x.on_date desc, x.id desc")  # fmt: skip
MONTHS = _list("monthly_incomes", "'month', x.month, 'income', x.income", "x.month desc")
EVENTS = _list(
    "file_events",
    f"""
    'id', x.id, 'before', x.before, 'after', x.after, 'on', x.on_date, 'way', x.way,
    'reason', x.reason, 'review_id', x.review_id, 'by_name', {_name("by_person")}, 'at', x.at""",
)
REVIEWS = _list("exit_reviews", f"""
    'id', x.id, 'on', x.on_date, 'way', x.way, 'remark', x.remark, 'state', x.state,
    'programme', x.programme, 'version', x.programme_version, 'facts', x.facts,
    'reasons', coalesce(x.reasons, '[]'), 'phase_out_months', x.phase_out_months,
    'proposed_by', x.proposed_by, 'proposed_by_name', {_name("proposed_by")},
    'proposed_at', x.proposed_at, 'decided_by_name', {_name("decided_by")},
    'decided_at', x.decided_at, 'decision_reason', x.decision_reason,
    'explanation', coalesce((
      select json_agg(step.said || found.value order by step.place)
      from explanation_forms f,
      jsonb_array_elements(f.steps) with ordinality step (said, place)
      join jsonb_array_elements(x.explanation) with ordinality found (value, place) using (place)
      where f.tenant_id = x.tenant_id and f.sha256 = x.form), '[]')""")  # fmt: skip  # noqa: S608

READ = f"""
select h.version, json_build_object(
  'household_id', h.id, 'version', h.version, 'state', h.state, 'standing', {STANDING},
  'overdue', {OVERDUE}, 'exit_way', h.exit_way, 'state_since', h.state_since,
  'phase_out_until', h.phase_out_until, 'filed_on', h.filed_on, 'verified_on', h.verified_on,
  'verification_due_before', %(verification_due_before)s,
  'contact_person', h.contact_person, 'contact_id', h.contact_id, 'gaps', {LIST_OF_GAPS},
  'plans', {PLANS}, 'measures', {MEASURES}, 'visits', {VISITS},
  'verifications', {VERIFICATIONS}, 'monthly_incomes', {MONTHS}, 'exit_reviews', {REVIEWS},
  'events', {EVENTS}
)::text
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.id = %(household)s and u.path like any (%(paths)s)
"""  # noqa: S608 (constants of this module alone)


class LifeDocument(Document):
    """The life of a file as it is shown."""

    @property
    def data(self) -> dict[str, Any]:
        """The JSON as Python reads it, each step of an explanation shown in words besides."""
        told = dict(json.loads(self.body))
        for review in told["exit_reviews"]:
            add_words(review["explanation"])
        return told


def read_life(ctx: Context, household_id: uuid.UUID) -> LifeDocument:
    """Return a file's standing, gaps, plans, measures, visits, verifications, months of income,
    exit reviews and steps, each list the newest first.

    NotFoundError where there is no such file within the actor's units.
    """
    values = {
        "tenant": ctx.tenant_id, "household": household_id,
        "paths": readable_paths(ctx, "household.read"), **bind_day(ctx),
    }  # fmt: skip
    rows = ctx.session.fetch(READ, values)
    if not rows:
        raise NotFoundError
    return LifeDocument(version=rows[0][0], body=rows[0][1])
