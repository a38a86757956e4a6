"""A region pack: what one region has decided, as `region.toml` tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bangfu_sdk import Parameter, Text

from core.errors import NotFoundError, _
from core.policies.assessment import Assessment
from core.policies.between import BETWEEN, Between
from core.policies.claims import ClaimTerms
from core.policies.errors import PolicyError
from core.policies.figures import Figures, Override, read_override, resolve_figures
from core.policies.published import Published
from core.policies.referrals import ReferralLine
from core.policies.school_year import SchoolYear
from core.policies.series import Series, stem
from core.policies.standards import STANDARDS, OwnFigure, own_standards, refuse_shared


@dataclass(frozen=True)
class Category:
    """A category of hardship as the region names it, and the department that approves it.

    `department` is the code of one of the region's departments, "" for the federation itself.
    """

    code: str
    name: Text
    department: str = ""


@dataclass(frozen=True)
class Named:
    """Something of the region that has a code and a name: a target group, a department."""

    code: str
    name: Text


@dataclass(frozen=True)
class Measure:
    """A line of measures (一户一措施): the department that leads it and those that cooperate."""

    code: str
    name: Text
    lead: str
    cooperating: tuple[str, ...]


MILESTONE_MEASURES = ("judged", "lines", "helped", "released")
"""What progress can be measured by: files in force judged, measure lines at work, files in force
with a measure, households out of hardship."""


@dataclass(frozen=True)
class Milestone:
    """What the region wants reached by a day, where it says so, and what progress is measured by,
    one of MILESTONE_MEASURES."""

    code: str
    name: Text
    due: dt.date
    section: Text
    measure: str


@dataclass(frozen=True)
class Subordinate:
    """A federation below the region's own, of which each is a tenant of its own."""

    name: Text
    level: str
    division_code: str


@dataclass(frozen=True)
class Care:
    """How files are kept up: verified anew within so many months (0 where not asked for), with
    a plan, measures, and the share of wrong payments (percent) up to which they are tolerated
    where the money came back (none where the region tolerates none). `regular_help` are the
    programmes that households under the safety net may still get, `enrol_major_illness` says
    that whoever has a major illness is to be enrolled in mutual aid, `section` where all of it
    stands."""

    verification_months: int = 12
    tolerance_percent: int | None = None
    regular_help: tuple[str, ...] = ()
    enrol_major_illness: bool = False
    section: Text | None = None


@dataclass(frozen=True)
class RouteStep:
    """A step of a route: investigation, review or approval, by a level, due in working days."""

    kind: str
    level: str
    due_days: int


@dataclass(frozen=True)
class RouteStage:
    """A step and the amount asked for, in fen, from which on it is taken."""

    step: RouteStep
    from_amount: int


@dataclass(frozen=True)
class Admission:
    """How a household that is judged into a category is admitted to help (纳入帮扶范围): the steps,
    the last an approval by the department that the category names; `section` says where."""

    steps: tuple[RouteStep, ...]
    section: Text


@dataclass(frozen=True)
class Paper:
    """A paper of a kind of evidence that a region asks for, by the name people know it by."""

    kind: str
    name: Text


@dataclass(frozen=True)
class UrgentRoute:
    """How aid that cannot wait is decided (先行救助): the steps, the last an approval. It is paid
    at once; `papers` are owed afterwards besides those the form asks for.

    `before_admission`: it is given to a household that is not admitted to help yet. `section` says
    where it stands, `note` what of it the document does not say.
    """

    steps: tuple[RouteStep, ...]
    papers: tuple[Paper, ...]
    before_admission: bool
    section: Text
    note: Text | None = None


@dataclass(frozen=True)
class ExampleUnit:
    """A union of the example tree."""

    name: Text
    level: str
    division_code: str
    units: tuple[ExampleUnit, ...] = ()

    def walk(self, above: str = "") -> Iterator[tuple[str, ExampleUnit]]:
        """Return this unit and all below it, each with its full name: "county/township"."""
        full_name = f"{above}/{self.name.zh}" if above else self.name.zh
        yield full_name, self
        for unit in self.units:
            yield from unit.walk(full_name)


@dataclass(frozen=True)
class VerificationPolicy:
    """What a region says of means verification.

    `difference_days`: working days in which a difference is to be decided. `allowed`: by kind of
    difference, how far an answer may lie from the declaration in fen or number; nothing where the
    region says nothing, so that any difference counts.
    """

    difference_days: int = 10
    allowed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pack:
    """What one region has decided. `figures` gives its dated values.

    `added` are programmes of installed wheels that bring figures for the region, for its
    federations to take up; `refused` says of others why what they bring cannot be used.
    """

    slug: str
    name: Text
    level: str
    division_code: str
    document: Text
    identification: str
    programmes: tuple[str, ...]
    categories: tuple[Category, ...]
    units: tuple[ExampleUnit, ...]
    aid_window: str
    exit: str = ""
    scheme: str = ""
    target_groups: tuple[Named, ...] = ()
    departments: tuple[Named, ...] = ()
    measures: tuple[Measure, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    subordinates: tuple[Subordinate, ...] = ()
    care: Care = Care()
    standards: tuple[Parameter, ...] = ()
    default_notice_days: int = 5
    own_notice_days: Mapping[str, int] = field(default_factory=dict)
    routes: Mapping[str, tuple[RouteStage, ...]] = field(default_factory=dict)
    admission: Admission | None = None
    series: Mapping[str, tuple[Series, ...]] = field(default_factory=dict)
    item_limit: Series | None = None
    verification: VerificationPolicy = field(default_factory=VerificationPolicy)
    published: Published | None = None
    assessments: tuple[Assessment, ...] = ()
    added: tuple[str, ...] = ()
    refused: Mapping[str, PolicyError] = field(default_factory=dict)
    school_year: SchoolYear | None = None
    referrals: Mapping[str, ReferralLine] = field(default_factory=dict)
    between: tuple[Between, ...] = ()
    urgent: Mapping[str, UrgentRoute] = field(default_factory=dict)
    claim_terms: ClaimTerms | None = None

    def assessment(self, on: dt.date) -> Assessment | None:
        """Return how those below are assessed on a day; None where they are not."""
        held = [one for one in self.assessments if one.holds_from <= on]
        return held[-1] if held else None

    def route(self, programme: str, asked_fen: int) -> tuple[RouteStep, ...]:
        """Return the steps for an amount asked for; the last approver is the highest."""
        if programme not in self.routes:
            raise _unknown_programme(programme)
        stages = self.routes[programme]
        return tuple(stage.step for stage in stages if stage.from_amount <= asked_fen)

    @property
    def admitting(self) -> Mapping[str, str]:
        """The department that admits households, by category; nothing where judging one is all
        that the region asks for."""
        if self.admission is None:
            return {}
        return {category.code: category.department for category in self.categories}

    def notice_days(self, programme: str) -> int:
        """Return for how many working days a grant of a programme is shown publicly; a referral is
        not, unless the region says for how many."""
        usual = 0 if programme in self.referrals else self.default_notice_days
        return self.own_notice_days.get(programme, usual)

    def several_items(self, category: str) -> bool:
        """Say whether, by the newest rule, this category allows several items in a year."""
        if self.item_limit is None:
            return False
        newest = max(self.item_limit.values, key=lambda value: value.source.holds_from)
        return bool(newest.values.get(category, 0))

    def category(self, code: str) -> Category:
        """Return a category. Raises NotFoundError where the region has none of this code."""
        for category in self.categories:
            if category.code == code:
                return category
        raise NotFoundError(_("There is no category “%(code)s”."), code=code)

    def place(self, division: str) -> str:
        """Return the division whose figures count in a place: the place itself where it lies
        within the region, else the region, for a federation may follow another's policy."""
        return division if division.startswith(stem(self.division_code)) else self.division_code

    def department(self, code: str) -> Named:
        """Return a department. Raises NotFoundError where the region has none of this code."""
        for department in self.departments:
            if department.code == code:
                return department
        raise NotFoundError(_("There is no department “%(code)s”."), code=code)

    def measure(self, code: str) -> Measure:
        """Return a measure line. Raises NotFoundError where the region has none of this code."""
        for measure in self.measures:
            if measure.code == code:
                return measure
        raise NotFoundError(_("There is no measure “%(code)s”."), code=code)

    def unit_names(self) -> dict[str, ExampleUnit]:
        """Return the units of the example tree by full name, each above those below it."""
        return {name: unit for root in self.units for name, unit in root.walk()}

    def figures(
        self,
        programme: str,
        on: dt.date,
        overrides: Iterable[Override] = (),
        division: str = "",
    ) -> Figures:
        """Return the figures of a programme or identification in force on a day.

        `division` is the household's GB/T 2260 code, the region's own where it is left out.
        Raises NotInForceError where one has no value then: nothing can be decided.
        """
        if programme not in self.series:
            raise _unknown_programme(programme)
        own = tuple(overrides)
        place = division or self.division_code
        if not own:
            return _figures_of_pack(self, programme, on, place)
        if programme != self.identification:
            own = (*self._set_for_identification(programme, own), *own)
        return resolve_figures(programme, self.series[programme], on, place, own)

    def standards_in_force(
        self, on: dt.date, overrides: Iterable[Override] = (), division: str = ""
    ) -> Figures:
        """Return the standards of the region that have a value on a day; see `figures`.

        One the region has no value of then is left out, whatever a tenant set for itself.
        """
        place = division or self.division_code
        every = self.series.get(STANDARDS, ())
        held = [one for one in every if one.at(on, place)]
        absent = {one.parameter.name for one in every} - {one.parameter.name for one in held}
        own = own_standards(overrides, self.identification, self._shared_standards())
        in_force = [one for one in own if one.name not in absent]
        return resolve_figures(STANDARDS, held, on, place, in_force)

    def caps_in_force(
        self, on: dt.date, overrides: Iterable[Override] = (), division: str = ""
    ) -> Figures:
        """Return the caps over several programmes that have a value on a day; see `figures`."""
        place = division or self.division_code
        held = [one for one in self.series.get(BETWEEN, ()) if one.at(on, place)]
        names = {one.parameter.name for one in held}
        own = [one for one in overrides if one.name.partition(".")[0] in names]
        return resolve_figures(BETWEEN, held, on, place, own)

    def check_override(self, programme: str, name: str, value: str) -> int:
        """Return the value a tenant wants to set. Raises InvalidError where it may not."""
        if programme not in self.series:
            raise _unknown_programme(programme)
        if programme == STANDARDS:
            refuse_shared(name, self.identification, self._shared_standards())
        series = {one.parameter.name: one for one in self.series[programme]}
        return read_override(series, name, value)

    def _set_for_identification(
        self, programme: str, overrides: Iterable[Override]
    ) -> Iterator[Override]:
        """Yield what a tenant set for its identification of the figures another rule goes by too:
        nobody is helped or leaves by another line than the one he came in by, unless it is set."""
        settable = {one.parameter.name for one in self.series[programme] if one.bounds}
        for one in overrides:
            if one.programme == self.identification and one.name in settable:
                yield OwnFigure(one.name, one.value, one.holds_from, one.source, programme)

    def _shared_standards(self) -> set[str]:
        """Return the standards the identification judges by as well."""
        judged = {one.parameter.name for one in self.series.get(self.identification, ())}
        return judged & {one.name for one in self.standards}


@lru_cache(maxsize=1024)
def _figures_of_pack(pack: Pack, programme: str, on: dt.date, division: str) -> Figures:
    return resolve_figures(programme, pack.series[programme], on, division)


def _unknown_programme(programme: str) -> NotFoundError:
    return NotFoundError(_("The region has no programme “%(name)s”."), name=programme)
