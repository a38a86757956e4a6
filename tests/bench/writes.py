"""A write with access and audit under row-level security, against a bare write by the ORM."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from core.households.models import Household
from core.households.service import set_contact
from tests.bench.scene import Scene, stage
from tests.bench.timing import Comparison, compare

WRITES = 20
PEER = "SQLAlchemy ORM get, set, commit; no access, no audit, no policy"


def measure() -> list[Comparison]:
    """Return the time of a change of one field, relative to the same change unaudited."""
    with stage() as scene:
        ours, theirs = compare(_audited(scene), _bare(scene), rounds=41)
        detail = f"{WRITES / ours:,.0f} writes/s by one writer, each durable"
        return [Comparison("audited write", PEER, ours, theirs, 1.2, detail=detail)]


def _audited(scene: Scene) -> Callable[[], None]:
    turns = itertools.cycle(household.id for household in scene.households)
    versions: dict[object, int] = {}
    names = _names("甲")

    def write() -> None:
        for _ in range(WRITES):
            household_id = next(turns)
            with scene.installation.context(scene.tenant, scene.clerk) as ctx:
                changed = set_contact(ctx, household_id, next(names), versions.get(household_id, 1))
                versions[household_id] = changed.version

    return write


def _bare(scene: Scene) -> Callable[[], None]:
    engine = create_engine(scene.database.superuser_url.replace("://", "+psycopg://", 1))
    turns = itertools.cycle(household.id for household in scene.households)
    names = _names("乙")

    def write() -> None:
        for _ in range(WRITES):
            with Session(engine) as session:
                household = session.get_one(Household, (scene.tenant.id, next(turns)))
                household.contact_person = next(names)
                session.commit()

    return write


def _names(prefix: str) -> Iterator[str]:
    """Yield ever new names: the ORM sends no UPDATE for a value that stands already."""
    return (f"{prefix}{number}" for number in itertools.count())
