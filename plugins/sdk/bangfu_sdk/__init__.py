"""The contract between Bangfu and the wheels that bring aid programmes.

A plugin imports this package and nothing else of Bangfu. It declares the figures it needs, the
facts it judges, the questions it asks, and writes its rule once over columns.
"""

from bangfu_sdk.choices import Choice, choose, first_that_fits, greater, keep, lesser
from bangfu_sdk.columns import Column, ColumnOverflowError, Flags, InexactError, Ratio
from bangfu_sdk.facts import Fact, FactError, Facts, read_facts
from bangfu_sdk.hooks import API_VERSION, PROJECT, hookimpl, hookspec, is_compatible
from bangfu_sdk.parameters import Figures, Parameter, Source
from bangfu_sdk.programmes import (
    Assessment,
    Departure,
    Exit,
    Identification,
    Identified,
    Kind,
    Programme,
    Reason,
    Rule,
    Scheme,
    Settlement,
    Way,
)
from bangfu_sdk.questions import Condition, Option, Question, QuestionKind
from bangfu_sdk.rounding import (
    HUNDRED_YUAN,
    ceiling,
    floor,
    half_up,
    half_up_hundreds,
    half_up_to,
    share_of,
)
from bangfu_sdk.texts import HUNDREDTHS, UNLIMITED, Text, Unit, show, times
from bangfu_sdk.trace import Step, Trace
from bangfu_sdk.vocabulary import (
    CLAIM_FACTS,
    FACTS,
    MONTHS_KNOWN,
    NO_STAGE,
    STAGES,
    check_facts,
)

__all__ = [
    "API_VERSION",
    "CLAIM_FACTS",
    "FACTS",
    "HUNDREDTHS",
    "HUNDRED_YUAN",
    "MONTHS_KNOWN",
    "NO_STAGE",
    "PROJECT",
    "STAGES",
    "UNLIMITED",
    "Assessment",
    "Choice",
    "Column",
    "ColumnOverflowError",
    "Condition",
    "Departure",
    "Exit",
    "Fact",
    "FactError",
    "Facts",
    "Figures",
    "Flags",
    "Identification",
    "Identified",
    "InexactError",
    "Kind",
    "Option",
    "Parameter",
    "Programme",
    "Question",
    "QuestionKind",
    "Ratio",
    "Reason",
    "Rule",
    "Scheme",
    "Settlement",
    "Source",
    "Step",
    "Text",
    "Trace",
    "Unit",
    "Way",
    "ceiling",
    "check_facts",
    "choose",
    "first_that_fits",
    "floor",
    "greater",
    "half_up",
    "half_up_hundreds",
    "half_up_to",
    "hookimpl",
    "hookspec",
    "is_compatible",
    "keep",
    "lesser",
    "read_facts",
    "share_of",
    "show",
    "times",
]
