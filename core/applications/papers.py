"""The papers of an application: which are asked for, which are there, which are still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Programme, QuestionKind

from core.applications.questions import Paper, is_asked, list_papers
from core.errors import InvalidError, _

ATTACHED, SEEN, MISSING, OPEN = STANDINGS = ("attached", "seen", "missing", "open")


@dataclass(frozen=True)
class Checked:
    """A paper as it is checked off: `attached` with its files, `seen` by somebody but not attached,
    `missing` though it must be there, `open` where it need not be."""

    paper: Paper
    standing: str
    files: tuple[str, ...] = ()


def check_papers(
    programme: Programme,
    answers: Mapping[str, Any],
    seen: Iterable[str],
    figures: Mapping[str, int],
) -> list[Checked]:
    """Return the papers asked of somebody who gave these answers, each with how it stands."""
    told, questions = set(seen), {one.name: one for one in programme.questions}
    return [
        _check(paper, tuple(answers.get(paper.name, ())), paper.name in told)
        for paper in list_papers(programme, figures)
        if is_asked(programme, questions[paper.name], answers)
    ]


def read_seen(programme: Programme, names: Iterable[str]) -> list[str]:
    """Return the papers somebody says he has seen, in the order of the form, each once.

    InvalidError for a name that is no paper of the programme.
    """
    wanted = set(names)
    papers = [one.name for one in programme.questions if one.kind is QuestionKind.EVIDENCE]
    unknown = wanted.difference(papers)
    if unknown:
        raise InvalidError(
            _("The programme asks for no paper “%(name)s”."), field="papers_seen",
            remedy=_("Choose one of: %(known)s."), name=min(unknown), known=", ".join(papers),
        )  # fmt: skip
    return [name for name in papers if name in wanted]


def _check(paper: Paper, files: tuple[str, ...], seen: bool) -> Checked:
    if files:
        return Checked(paper, ATTACHED, files)
    if seen:
        return Checked(paper, SEEN)
    return Checked(paper, MISSING if paper.needed else OPEN)
