"""The route of an application as a row of steps: handed in, decided, shown publicly, paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Kind
from flask_babel import gettext as _

from core.money import format_yuan
from web.display import day
from web.labels import label

WORKING = ("open", "noticed", "in_route")
BAD = ("reject", "return", "refuse")
REFERS = tuple(kind for kind in Kind if kind.refers)


@dataclass(frozen=True)
class Drawn:
    """A step as it is drawn: `css` is done, open, bad, void or empty for one to come."""

    title: str
    state: str
    css: str = ""
    lines: tuple[str, ...] = ()


def draw_route(found: dict[str, Any]) -> list[Drawn]:
    """Return the steps of the newest round, the handing-in before and what follows after them."""
    steps = [step for step in found["steps"] if step["round"] == found["round"]]
    before = [_handed_in(found), *map(draw_step, steps)]
    if found["urgent_reason"]:
        shown = [_noticed(found)] if found["notice"] else []
        return [*before, _paid(found), _owed(found), *shown]
    if found["assessment"].get("kind") not in REFERS:
        return [*before, _noticed(found), _paid(found)]
    return [*before, *([_noticed(found)] if found["notice"] else []), _referred(found)]


def _handed_in(found: dict[str, Any]) -> Drawn:
    moment = found["submitted_at"]
    if moment is None or found["state"] in ("draft", "returned"):
        return Drawn(_("Application"), label("application", found["state"]), "open")
    return Drawn(_("Application"), _("Handed in"), "done", (day(moment),))


def draw_step(step: dict[str, Any], whose: str = "") -> Drawn:
    """Return one step of any route; `whose` is the department that takes it."""
    title = f"{whose or label('level', step['level'])} · {label('step_kind', step['kind'])}"
    if step["state"] != "done":
        due = _("due on %(day)s", day=step["due_on"]) if step["due_on"] else ""
        css = step["state"] if step["state"] in ("open", "void") else ""
        return Drawn(title, label("step", step["state"]), css, (due,))
    amount = step.get("amount")
    money = _("%(amount)s yuan", amount=format_yuan(amount)) if amount else ""
    who = f"{step['decided_by_name']} {day(step['decided_at'])}"
    css = "bad" if step["decision"] in BAD else "done"
    lines = (who, money, step["reason"] or "")
    return Drawn(title, label("decision", step["decision"]), css, lines)


def _noticed(found: dict[str, Any]) -> Drawn:
    notice = found["notice"]
    if notice is None:
        return Drawn(_("Public notice"), _("To come"))
    css = {"open": "open", "closed": "done"}.get(notice["state"], "bad")
    days = f"{notice['first_day']} – {notice['last_day']}"
    return Drawn(_("Public notice"), label("notice", notice["state"]), css, (days,))


def _referred(found: dict[str, Any]) -> Drawn:
    measure = found["measure"]
    if measure is None:
        return Drawn(_("Referral"), _("To come"))
    css = {"done": "done", "refused": "bad", "cancelled": "bad"}.get(measure["state"], "open")
    due = _("due on %(day)s", day=measure["due_on"])
    lines = (measure["department"], measure["outcome"] or due)
    return Drawn(_("Referral"), label("measure", measure["state"]), css, lines)


def _owed(found: dict[str, Any]) -> Drawn:
    owed = found["owed_papers"]
    if owed is None:
        return Drawn(_("Papers owed"), _("To come"))
    css = {"settled": "done", "overdue": "bad", "failed": "bad", "paid_back": "void"}
    due = _("due on %(day)s", day=owed["due_on"])
    standing = owed["standing"]
    return Drawn(
        _("Papers owed"), label("owed_papers", standing), css.get(standing, "open"), (due,)
    )


def _paid(found: dict[str, Any]) -> Drawn:
    if not found["payments"]:
        return Drawn(_("Payment"), _("To come"))
    newest = found["payments"][0]
    css = {"paid": "done", "failed": "bad", "released": "void"}.get(newest["state"], "open")
    return Drawn(
        _("Payment"), label("payment", newest["state"]), css,
        (newest["fund"], newest["paid_on"] or "", newest["failure"] or ""),
    )  # fmt: skip
