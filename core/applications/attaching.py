"""Attaching the file of a paper to an application that is not handed in yet."""

from __future__ import annotations

import uuid

from bangfu_sdk import QuestionKind

from core.applications.assessment import find_programme
from core.applications.drafts import revise_application
from core.applications.lookup import find_application
from core.applications.models import Application
from core.context import Context
from core.errors import InvalidError, _
from core.households.evidence import add_evidence


def attach_paper(
    ctx: Context,
    application_id: uuid.UUID,
    paper: str,
    *,
    kind: str,
    filename: str,
    data: bytes,
    version: int | None = None,
) -> Application:
    """Keep a file with the household and name it as the `paper` (a question) an application needs.

    InvalidError where the programme asks for no such paper, or for a file that is not kept;
    ConflictError once the application is handed in.
    """
    application = find_application(ctx, application_id, "application.start")
    rule = find_programme(ctx, application.programme)
    papers = [one.name for one in rule.questions if one.kind is QuestionKind.EVIDENCE]
    if paper not in papers:
        raise InvalidError(
            _("The programme asks for no paper “%(name)s”."), field="paper",
            remedy=_("Choose one of: %(known)s."), name=paper, known=", ".join(papers),
        )  # fmt: skip
    file = add_evidence(
        ctx, application.household_id, kind=kind, filename=filename, data=data,
        application_id=application_id,
    )  # fmt: skip
    attached = [*application.answers.get(paper, []), str(file.id)]
    answers = {**application.answers, paper: attached}
    return revise_application(ctx, application_id, answers=answers, version=version)
