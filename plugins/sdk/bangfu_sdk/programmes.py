"""What a plugin provides: an identification, a programme, an exit or a scheme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bangfu_sdk.choices import Choice
from bangfu_sdk.columns import Column, Flags, Ratio
from bangfu_sdk.facts import Fact, Facts
from bangfu_sdk.parameters import Figures, Parameter
from bangfu_sdk.questions import Option, Question
from bangfu_sdk.texts import Text, Unit, show
from bangfu_sdk.trace import Trace


class Kind(StrEnum):
    """How aid is given."""

    ONE_OFF = "one_off"
    MONTHLY = "monthly"
    IN_KIND = "in_kind"
    REFERRAL = "referral"

    @property
    def refers(self) -> bool:
        """Whether a department helps, in kind or as it is asked to, instead of money."""
        return self in (Kind.IN_KIND, Kind.REFERRAL)

    @property
    def lasts(self) -> bool:
        """Whether what is granted goes on, month by month, until it ends."""
        return self in (Kind.MONTHLY, Kind.IN_KIND)


@dataclass(frozen=True)
class Reason:
    """Why a household got its answer, where `when` is set. `{name}` in the text is filled from
    `values`, each given with its unit."""

    code: str
    text: Text
    when: Flags
    values: Mapping[str, tuple[Column | Ratio | int, Unit]] = field(default_factory=dict)

    def at(self, row: int) -> dict[str, str]:
        """Return the reason for one row as JSON-ready data."""
        return next(self.at_rows([row]))

    def at_rows(self, rows: Iterable[int]) -> Iterator[dict[str, str]]:
        """Return the reason for each of some rows; what is the same for all is shown once."""
        shown: dict[str, Text] = {}
        varying: list[tuple[str, Column | Ratio, Unit]] = []
        for name, (value, unit) in self.values.items():
            if isinstance(value, int):
                shown[name] = show(value, unit)
            else:
                varying.append((name, value, unit))
        for row in rows:
            shown |= {name: show(value.at(row), unit) for name, value, unit in varying}
            yield {"code": self.code, **self.text.fill(shown).as_json()}


@dataclass(frozen=True)
class Identified:
    """The category of each household and why; `groups` says by code who is in a target group."""

    category: Choice
    reasons: tuple[Reason, ...]
    groups: Mapping[str, Flags] = field(default_factory=dict)


class Way(StrEnum):
    """What an exit review finds: recovery (脱困), safety net (解困), or the file stays."""

    RECOVERY = "recovery"
    SAFETY_NET = "safety_net"
    STAYS = "stays"


@dataclass(frozen=True)
class Departure:
    """The way out of hardship each household has reached, a value of `Way`, and why."""

    way: Choice
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Assessment:
    """What a programme grants each household: whether, from how much to how much, and why.

    Amounts are fen and 0 where it is not eligible. `focus` says whom the region wants helped
    first; without it nobody is.
    """

    eligible: Flags
    minimum: Column
    maximum: Column
    reasons: tuple[Reason, ...]
    focus: Flags | None = None


@dataclass(frozen=True)
class Settlement:
    """What a scheme pays on each claim and why; `covered` says whether it may be claimed at all.

    `benefit` is fen and 0 where the claim is not covered.
    """

    covered: Flags
    benefit: Column
    reasons: tuple[Reason, ...]


class Rule(ABC):
    """What identifications, programmes, exits and schemes have in common.

    Subclasses set every name below.

    `api_version` is the SDK version the plugin was written for, as text: `"1.0"`.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    api_version: ClassVar[str]
    title: ClassVar[Text]
    parameters: ClassVar[tuple[Parameter, ...]]
    facts: ClassVar[tuple[Fact, ...]]


class Identification(Rule):
    """Judges in which category of hardship a household is."""

    categories: ClassVar[tuple[Option, ...]]
    """The categories in the order in which they are tried; the last means none."""
    target_groups: ClassVar[tuple[Option, ...]] = ()
    """The groups a household may belong to, one or more, besides its category."""

    @abstractmethod
    def identify(self, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        """Return the category of each household. Pure: no file, network, clock or chance."""


class Exit(Rule):
    """Judges whether a household has left hardship behind."""

    @abstractmethod
    def review(self, facts: Facts, figures: Figures, trace: Trace) -> Departure:
        """Return the way out of each household. Pure: no file, network, clock or chance."""


class Programme(Rule):
    """Judges whether and how much a household of a category is helped."""

    kind: ClassVar[Kind]
    """How aid is given: once, by the month, in kind, or by a department."""
    questions: ClassVar[tuple[Question, ...]] = ()
    """The form, in the order in which it is asked; `asked` is the amount asked for."""
    per_student: ClassVar[bool] = False
    """Whether an application is for one student of the household, and one school year."""
    per_member: ClassVar[bool] = False
    """Whether an application is for one member of the household, whoever he is. Since 1.3."""
    in_campaigns: ClassVar[bool] = False
    """Whether households are put on the list of a campaign and visited, instead of applying each
    for itself. Since 1.3."""
    in_person: ClassVar[bool] = False
    """Whether what it grants can be handed over in person too, in money and goods, instead of being
    paid by the bank. Since 1.3."""
    excludes: ClassVar[tuple[str, ...]] = ()
    """Names of programmes a household cannot have beside this one, neither asked for nor granted;
    each must name this one too."""
    after: ClassVar[tuple[str, ...]] = ()
    """Names of programmes that come first: what the household asked for of them is decided before
    this one is asked for. Since 1.3."""

    @property
    def for_one(self) -> bool:
        """Whether an application names one of the household: what was given this year is taken off
        for him alone. Since 1.3."""
        return self.per_student or self.per_member

    @abstractmethod
    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return what each household may get. Pure: no file, network, clock or chance."""


class Scheme(Rule):
    """Judges what a contributory scheme pays on a claim; its facts are those of CLAIM_FACTS."""

    @abstractmethod
    def settle(self, facts: Facts, figures: Figures, trace: Trace) -> Settlement:
        """Return what is paid on each claim. Pure: no file, network, clock or chance."""
