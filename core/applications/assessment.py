"""Judging an application on a day: the household's category, what the programme grants it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from bangfu_sdk import Kind, Programme

from core.applications.answers import answered_facts
from core.applications.facts import EarlierAid, aid_facts, earlier_aid, household_facts
from core.applications.forms import keep_form
from core.applications.models import Application
from core.applications.students import person_facts
from core.applications.urgency import keep_urgent
from core.between.limits import Beside, Limited, limit_between
from core.context import Context
from core.decisions import Assessed, Judged
from core.errors import ConflictError, DomainError, InvalidError, NotFoundError, _
from core.households.judgements import keep_figures
from core.households.life.kept import kept_category
from core.households.models import Household, Member
from core.judging import assess, judge
from core.money import format_yuan
from core.overrides import read_overrides
from core.policies import Figures
from core.programmes import is_offered, referral_line
from core.titles import title_of


@dataclass(frozen=True)
class Finding:
    """What was found on a day. `minimum` and `maximum` (fen) are the programme's for the year
    less what it gave this year already; `kept` is the category by which a household in its
    phase-out keeps its help, "" where it is helped by the one it was judged in. `beside` are the
    rules between programmes that bind it, None where none does."""

    judged: Judged
    assessed: Assessed
    earlier: Sequence[EarlierAid]
    given: int
    kept: str = ""
    beside: Beside | None = None

    @property
    def category(self) -> str:
        """The category the programme judges by."""
        return self.kept or self.judged.category

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why the programme grants what it does, the category that is kept named first."""
        told = [*([_KEPT] if self.kept else []), *self.assessed.reasons]
        return [*told, *(self.limited.reasons if self.limited else ())]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps of the programme, then those of the rules between programmes."""
        return [*self.assessed.steps, *(self.limited.steps if self.limited else ())]

    @cached_property
    def limited(self) -> Limited | None:
        """What the rules between programmes leave; None where none binds this one."""
        if self.beside is None:
            return None
        return limit_between(self.beside, self.assessed.less(self.given), self.category)

    @property
    def left(self) -> Assessed:
        """What can be granted now."""
        return self.limited.left if self.limited else self.assessed.less(self.given)

    @property
    def minimum(self) -> int:
        """The least that can be granted now."""
        return self.left.minimum

    @property
    def maximum(self) -> int:
        """The most that can be granted now."""
        return self.left.maximum

    @property
    def is_eligible(self) -> bool:
        """Whether anything can be granted now."""
        return self.left.eligible

    def as_json(self) -> dict[str, Any]:
        """Return all of it as an application stores it, explanation and earlier aid included."""
        return {
            "kind": self.assessed.kind, "eligible": self.is_eligible,
            "minimum": self.minimum, "maximum": self.maximum, "given": self.given,
            "focus": self.assessed.focus,
            "kept": self.kept, "reasons": self.reasons, "steps": self.steps,
            **({"between": _between(self.beside)} if self.beside else {}),
            "earlier": [{**asdict(aid), "member_id": _text(aid.member_id)} for aid in self.earlier],
            "judgement": {
                **self.judged.outcome(), "version": self.judged.version,
                "parameters": self.judged.figures.sha256.hex(),
                "facts": self.judged.facts, "steps": self.judged.steps,
            },
        }  # fmt: skip


def find_programme(ctx: Context, name: str) -> Programme:
    """Return a programme the tenant offers.

    NotFoundError where its region has none of this name, ConflictError where the tenant does not
    offer it now, UnavailableError where its plugin is out of order.
    """
    if name not in (*ctx.pack.programmes, *ctx.pack.added):
        raise NotFoundError(_("The region has no programme “%(name)s”."), name=name)
    if not is_offered(ctx, name):
        raise ConflictError(_("The federation does not offer “%(name)s” now."), name=name)
    return ctx.catalogue.programme(name)


def judging_programme(ctx: Context, application: Application) -> Programme:
    """Return the programme by which an application that is begun can be judged anew.

    ConflictError says why it cannot be and what to do. What is on its route needs no new judgement.
    """
    try:
        return find_programme(ctx, application.programme)
    except DomainError as error:
        raise ConflictError(
            _("Nothing can be judged anew by “%(title)s”: %(problem)s"),
            remedy=_("Move the application to another programme, or withdraw it."),
            title=title_of(ctx, application.programme), problem=error.message,
        ) from error  # fmt: skip


def figures_today(ctx: Context, programme: str) -> Figures:
    """Return the figures of a programme in force today where the tenant is."""
    place = ctx.pack.place(ctx.tenant.division_code)
    return ctx.pack.figures(programme, ctx.today, read_overrides(ctx), place)


def assess_application(
    ctx: Context,
    household: Household,
    programme: Programme,
    answers: Mapping[str, Any],
    asked: int,
    *,
    member: Member | None = None,
    besides: uuid.UUID | None = None,
    beside: Beside | None = None,
) -> Finding:
    """Judge the household today with its earlier aid as income, then what the programme grants, and
    what the rules between programmes (`beside`) leave of it.

    `member` is whom it is for where the programme is for one; `besides` is the application that is
    judged, which is no earlier aid of itself.
    """
    overrides = read_overrides(ctx)
    earlier = earlier_aid(ctx, household, ctx.today, besides)
    facts = {**household_facts(ctx, household, ctx.today), **aid_facts(earlier)}
    place = ctx.pack.place(ctx.tenant.division_code)
    judged = judge(ctx.catalogue, ctx.pack, facts, ctx.today, overrides, place)
    kept = kept_category(ctx, household, judged.category)
    category = kept or judged.category
    facts |= {**answered_facts(programme, answers), **person_facts(ctx, member)}
    facts |= {"asked": asked, "category": category}
    assessed = assess(ctx.catalogue, ctx.pack, programme.name, facts, ctx.today, overrides, place)
    return Finding(judged, assessed, earlier, _given(programme, earlier, member), kept, beside)


def check_grantable(ctx: Context, finding: Finding, asked: int) -> None:
    """Raise InvalidError, with the reasons, where nothing can be granted or not what is asked."""
    if not finding.is_eligible:
        raise InvalidError(
            _("This cannot be granted: %(reasons)s"),
            remedy=_("See the explanation; earlier aid of this year: %(earlier)s."),
            field="programme", reasons=_reasons(ctx, finding), earlier=_numbers(finding),
        )  # fmt: skip
    if not finding.minimum <= asked <= finding.maximum or (asked == 0 and finding.maximum > 0):
        raise InvalidError(
            _("%(minimum)s to %(maximum)s yuan can be granted here, not %(asked)s."),
            remedy=_("Ask for an amount in this range."),
            field="asked", minimum=format_yuan(finding.minimum),
            maximum=format_yuan(finding.maximum), asked=format_yuan(asked),
        )  # fmt: skip


def keep_finding(ctx: Context, application: Application, finding: Finding) -> None:
    """Write a finding into an application, its figures beside it, and what is asked of it once its
    plugin is away: title, questions answered, tiers of its route, days of notice, and which papers
    follow where it cannot wait."""
    keep_figures(ctx, finding.judged.figures)
    keep_figures(ctx, finding.assessed.figures)
    if finding.beside is not None:
        keep_figures(ctx, finding.beside.figures)
    application.category, application.focus = finding.category, finding.assessed.focus
    application.programme_version = finding.assessed.version
    application.facts = finding.assessed.facts
    application.parameters = finding.assessed.figures.sha256
    rule = ctx.catalogue.programme(application.programme)
    application.assessment = {
        **finding.as_json(), "title": rule.title.as_json(),
        "form": keep_form(rule, application.answers),
        "tiers": [stage.from_amount for stage in ctx.pack.routes[rule.name]],
        "notice_days": ctx.pack.notice_days(rule.name), **_keep_line(ctx, rule),
        **keep_urgent(ctx, rule, application),
    }  # fmt: skip


def _keep_line(ctx: Context, rule: Programme) -> dict[str, Any]:
    if not rule.kind.refers:
        return {}
    line = referral_line(ctx, rule.name)
    return {"line": {"measure": line.measure, "due_days": line.due_days}}


def _given(programme: Programme, earlier: Sequence[EarlierAid], member: Member | None) -> int:
    """What the programme gave this year already; to the same person where it is for one. What is
    granted by the month is no sum of a year, so nothing is taken off it."""
    if programme.kind is Kind.MONTHLY:
        return 0
    member_id = None if member is None else member.id
    return sum(
        aid.amount
        for aid in earlier
        if aid.programme == programme.name and (not programme.for_one or aid.member_id == member_id)
    )


def _reasons(ctx: Context, finding: Finding) -> str:
    language = "zh" if ctx.language.startswith("zh") else "en"
    told = [*finding.judged.reasons, *finding.reasons]
    if finding.assessed.eligible and not finding.assessed.less(finding.given).eligible:
        told.append(_USED_UP)
    return "；".join(reason[language] for reason in told)


def _numbers(finding: Finding) -> str:
    return ", ".join(aid.number for aid in finding.earlier) or "—"


def _between(beside: Beside) -> dict[str, Any]:
    return {
        "rules": [rule.as_json() for rule in beside.rules],
        "others": [other.as_json() for other in beside.others],
        "parameters": beside.figures.sha256.hex(), "member": beside.member,
    }  # fmt: skip


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


_KEPT = {
    "code": "kept_in_phase_out",
    "zh": "渐退期内按退出前的困难类别继续享受帮扶",
    "en": "in its phase-out the household keeps its help by the category it left with",
}
_USED_UP = {
    "code": "used_up",
    "zh": "该项目本年度标准已用完",
    "en": "what this programme grants in a year is used up",
}
