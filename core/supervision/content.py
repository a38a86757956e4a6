"""The content of a supervision report: its head, sections, tables and charts, JSON-ready."""

from __future__ import annotations

from typing import Any

from core.context import Context
from core.supervision import words
from core.supervision.admissions import add_up
from core.supervision.department_aid import tell_aid
from core.supervision.figures import Value, chart, day, moment, part, say, section, yuan
from core.supervision.findings import Finding, find
from core.supervision.periods import Period, read_period
from core.supervision.queries import Numbers, read_numbers
from core.supervision.ranking import Ranking, tell_ranking
from core.supervision.tables import tabulate
from core.tenancy import TenantView

KIND = "supervision"
CHAIN_SHOWN = 16
MONTHS = 3


def build_report(
    ctx: Context, subject: TenantView, period: str, *, number: int = 1
) -> dict[str, Any]:
    """Return the report of the Context's tenant on `subject`, for a quarter such as 2023Q2.

    Every figure stands in one of its tables. `number` is the document's own in its year.
    """
    quarter = read_period(period, ctx.today)
    numbers = read_numbers(ctx, subject, quarter)
    findings = find(ctx, subject, numbers)
    sections = [
        _files(numbers),
        *_admission(numbers),
        _aid(numbers),
        _money(numbers, quarter),
        *tell_aid(numbers.department_aid),
        *_asked_for(numbers),
        *_assess(numbers.ranking),
        _act(findings),
    ]
    return {
        "kind": KIND,
        **_address(ctx, subject, quarter, number),
        "introduction": _introduce(ctx, subject, quarter, findings),
        "sections": sections,
        "tables": _in_order(sections, tabulate(ctx, subject, numbers)),
        "charts": _charts(),
        "seal": [
            sentence for tenant in subject.readable for sentence in _seal(ctx, tenant, numbers)
        ],
    }


def _in_order(sections: list[dict[str, Any]], tables: dict[str, Any]) -> dict[str, Any]:
    """Return the tables in the order in which they are printed, by which they are numbered."""
    named = [part["table"] for section in sections for part in section["parts"]]
    return {name: tables[name] for name in named if name is not None}


def _address(ctx: Context, subject: TenantView, period: Period, number: int) -> dict[str, Value]:
    issuer = words.name_tenant(ctx.tenant)
    above = ctx.tenant.parent_id
    addressee = words.name_tenant(ctx.installation.tenant_by_id(above)) if above else ""
    return {
        "head": say("%(issuer)s document", issuer=issuer),
        "title": say(
            "Supervision report on aid to workers in hardship by %(subject)s in %(period)s",
            subject=words.name_tenant(subject), period=words.name_period(period),
        ),
        "issuer": issuer,
        "number": say("No. %(number)s (%(year)s)", number=str(number), year=str(ctx.today.year)),
        "addressee": addressee,
        "copies": words.name_tenant(subject) if subject.id != ctx.tenant_id else "",
        "issued_on": day(ctx.today),
        "made_at": moment(ctx.now),
    }  # fmt: skip


def _introduce(
    ctx: Context, subject: TenantView, period: Period, findings: list[Finding]
) -> list[Value]:
    about = say(
        "This report covers the aid to workers in hardship by %(subject)s from %(first)s to "
        "%(last)s. What lies within the quarter is counted by the days of China Standard Time; "
        "what is said to stand now stood so at %(moment)s.",
        subject=words.name_tenant(subject), first=day(period.first), last=day(period.last),
        moment=moment(ctx.now),
    )  # fmt: skip
    running = say("The quarter is not over yet: its figures are provisional.")
    found = say("Matters that need action: %(count)s. They stand at the end.", count=len(findings))
    nothing = say("Nothing was found that needs action.")
    return [
        about,
        *([running] if period.last >= ctx.today else []),
        found if findings else nothing,
    ]


def _files(numbers: Numbers) -> dict[str, Any]:
    begun = say(
        "Files begun this quarter: %(begun)s. Files in force now: %(all)s.",
        begun=sum(month.files for month in numbers.months[-MONTHS:]),
        all=numbers.care.households,
    )
    return section(
        say("Files of households"),
        begun,
        parts=[
            part(say("By category"), table="categories"),
            part(say("By union"), table="unions"),
            part(say("Files that want attention"), table="care"),
            part(say("Families with nobody employed"), table="families"),
            *([part(say("By measure line"), table="referrals")] if numbers.referrals else []),
            part(say("By standing"), table="standings"),
            part(say("Exits and returns"), table="moves"),
            part(say("The last twelve months"), table="trend", chart="trend"),
        ],
    )


def _admission(numbers: Numbers) -> list[dict[str, Any]]:
    """Return what becomes of admissions; no section where no region asks for them."""
    if numbers.admissions is None:
        return []
    total = add_up(numbers.admissions)
    told = say(
        "Households that await admission to help now: %(awaiting)s, of which the admission of "
        "%(running)s is on its way. Admitted this quarter: %(admitted)s; refused: %(refused)s.",
        awaiting=total["awaiting"], running=total["running"], admitted=total["admitted"],
        refused=total["refused"],
    )  # fmt: skip
    parts = [
        part(say("By union"), table="admissions"),
        part(say("By department"), table="admissions_waiting"),
    ]
    return [section(say("Admission to help"), told, parts=parts)]


def _aid(numbers: Numbers) -> dict[str, Any]:
    applied = say(
        "Applications handed in this quarter: %(count)s, for together %(asked)s yuan, of which "
        "%(granted)s yuan are granted.",
        count=sum(one.handed_in for one in numbers.applications),
        asked=yuan(sum(one.asked for one in numbers.applications)),
        granted=yuan(sum(one.granted for one in numbers.applications)),
    )
    return section(
        say("Applications and decisions"),
        applied,
        parts=[
            part(say("By programme and state"), table="applications"),
            *([part(say("Medical mutual aid"), table="mutual_aid")] if numbers.mutual_aid else []),
            *(
                [part(say("Follow-up of students"), table="students")]
                if any(numbers.students)
                else []
            ),
            *([part(say("Claims on medical mutual aid"), table="pools")] if numbers.pools else []),
            part(say("Timeliness"), table="steps"),
            part(say("Public notices and objections"), table="notices"),
        ],
    )


def _money(numbers: Numbers, period: Period) -> dict[str, Any]:
    paid = say(
        "Payments made this quarter: %(count)s, together %(amount)s yuan.",
        count=sum(one.paid for one in numbers.payments),
        amount=yuan(sum(one.paid_amount for one in numbers.payments)),
    )
    none = say("There is no fund for %(year)s.", year=str(period.year))
    return section(
        say("Money"),
        paid,
        parts=[
            part(say("Funds of the year"), table="funds", chart="funds")
            if numbers.funds
            else part(say("Funds of the year"), none, table="funds"),
            part(say("Payments of this quarter"), table="payments"),
            part(say("Granted and not on its way"), table="owed"),
            *(
                [part(say("Paid first, papers later"), table="paid_first")]
                if numbers.paid_first is not None
                else []
            ),
            part(say("Wrong payments"), table="wrong_payments"),
        ],
    )


def _asked_for(numbers: Numbers) -> list[dict[str, Any]]:
    """Return what the region asks of its federations; no section where it asks for nothing."""
    parts = [
        *([part(say("Milestones"), table="milestones")] if numbers.milestones else []),
        *([part(say("Standards"), table="lines")] if numbers.lines else []),
    ]
    return [section(say("What the region asks for"), parts=parts)] if parts else []


def _assess(ranking: Ranking | None) -> list[dict[str, Any]]:
    """Return the ranking of those below; no section where there are fewer than two to rank."""
    if ranking is None or not ranking.tables:
        return []
    titles = {"ranked_federations": say("Federations"), "ranked_counties": say("Counties")}
    parts = [part(titles[name], table=name) for name in ranking.tables]
    return [section(say("Assessment"), tell_ranking(ranking), parts=parts)]


def _act(findings: list[Finding]) -> dict[str, Any]:
    nothing = say(
        "No open step is overdue, none was decided late, no objection is open, every grant is "
        "paid or on its way, the funds are used as the year goes on, and every file is judged, "
        "verified and looked after. Nothing is to be put right."
    )
    return section(
        say("Findings and what is to be done"),
        *([] if findings else [nothing]),
        parts=[part(say("To be put right"), items=findings)] if findings else [],
    )


def _charts() -> dict[str, Any]:
    return {
        "trend": chart(say("New files, applications and payments by month"), "trend", 0, [1, 2, 3]),
        "funds": chart(say("Funds of the year (yuan)"), "funds", 0, [1, 2, 3]),
    }


def _seal(ctx: Context, tenant: Any, numbers: Numbers) -> list[Value]:
    seal, signed = numbers.seals[tenant]
    name = words.name_tenant(ctx.installation.tenant_by_id(tenant))
    if seal.block is None or seal.sealed_at is None or seal.chain is None:
        return [say("The audit trail of %(tenant)s is not sealed yet; %(waiting)s records wait.",
                    tenant=name, waiting=seal.waiting)]  # fmt: skip
    sealed = say(
        "The audit trail of %(tenant)s is sealed up to block %(block)s at %(moment)s: %(records)s "
        "records, chain value %(chain)s…; %(waiting)s newer records wait for the next seal.",
        tenant=name, block=seal.block, moment=moment(seal.sealed_at), records=seal.records,
        chain=seal.chain[:CHAIN_SHOWN], waiting=seal.waiting,
    )  # fmt: skip
    if signed is None:
        return [sealed, say("None of its seals is signed yet.")]
    values = {"block": signed.block, "moment": moment(signed.signed_at)}
    alone = say("It is signed up to block %(block)s at %(moment)s.", **values)
    both = say("It is signed up to block %(block)s at %(moment)s, and countersigned by the "
               "federation above.", **values)  # fmt: skip
    return [sealed, both if signed.countersigned else alone]
