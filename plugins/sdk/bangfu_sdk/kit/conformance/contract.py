"""What a rule declares: its names and texts, its parameters, its form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bangfu_sdk.hooks import API_VERSION, is_compatible
from bangfu_sdk.programmes import Kind, Programme, Rule, Scheme
from bangfu_sdk.questions import Question, QuestionKind
from bangfu_sdk.texts import Text, Unit
from bangfu_sdk.vocabulary import FACTS

_NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")
ASKED = "asked"


def check_names(rule: Rule) -> Iterator[Text]:
    """Yield what is wrong with name, version, title and facts."""
    if not _NAME.fullmatch(rule.name):
        zh = f"名称“{rule.name}”应为小写英文、数字和下划线"
        yield Text(zh, f"the name “{rule.name}” must be of lower-case letters, digits, underscores")
    if not rule.version.strip():
        yield Text("没有版本号", "there is no version")
    yield from _both(rule.title, "title")
    names = [fact.name for fact in rule.facts]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Text(f"事实“{name}”重复", f"the fact “{name}” stands twice")
    for fact in rule.facts:
        yield from _both(fact.meaning, fact.name)


def check_version(rule: Rule) -> Iterator[Text]:
    """Yield why the rule does not fit this SDK."""
    try:
        fits = is_compatible(rule.api_version)
    except (AttributeError, ValueError):
        yield Text("api_version应写成“1.0”这样的文本", "api_version must be text such as “1.0”")
        return
    if not fits:
        yield Text(f"为SDK {rule.api_version}编写，当前为{API_VERSION}",
                   f"it was written for SDK {rule.api_version}; this is {API_VERSION}")  # fmt: skip


def check_parameters(rule: Rule) -> Iterator[Text]:
    """Yield what is wrong with the parameters."""
    names = [parameter.name for parameter in rule.parameters]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Text(f"参数“{name}”重复", f"the parameter “{name}” stands twice")
    for parameter in rule.parameters:
        yield from _both(parameter.meaning, parameter.name)
        if not _NAME.fullmatch(parameter.name):
            yield Text(f"参数名“{parameter.name}”不合规则", f"“{parameter.name}” is no name")
        if parameter.low > parameter.high:
            yield Text(f"“{parameter.name}”的下限大于上限",
                       f"“{parameter.name}” has its least above its most")  # fmt: skip


def check_form(rule: Rule) -> Iterator[Text]:
    """Yield what is wrong with the questions of a programme."""
    if not isinstance(rule, Programme):
        return
    earlier: dict[str, Question] = {}
    for question in rule.questions:
        if question.name in earlier:
            yield Text(f"问题“{question.name}”重复", f"the question “{question.name}” stands twice")
        yield from _check_question(question, earlier)
        earlier[question.name] = question
    pays = rule.kind in (Kind.ONE_OFF, Kind.MONTHLY)
    if pays and (ASKED not in earlier or earlier[ASKED].kind is not QuestionKind.MONEY):
        zh = "发放资金的项目应有金额问题“asked”"
        yield Text(zh, "a programme that pays asks for an amount under “asked”")
    kinds = [one.kind for one in rule.questions if one.kind.names_person]
    wanted = [QuestionKind.STUDENT] * rule.per_student + [QuestionKind.MEMBER] * rule.per_member
    if kinds != wanted:
        zh = "按学生或成员申请的项目应有一个学生或成员问题，其他项目不应有"
        yield Text(zh, "a programme for one student, or one member, asks once whom it is for")


def check_facts(rule: Rule) -> Iterator[Text]:
    """Yield the facts nobody would tell: neither a file nor an answer, and no value without one."""
    if isinstance(rule, Scheme):  # A claim tells all of them.
        return
    questions = {one.name: one for one in getattr(rule, "questions", ())}
    for fact in rule.facts:
        asked = questions.get(fact.name)
        if asked is not None and asked.kind not in _ANSWERS.get(fact.unit, ()):
            yield Text(f"问题“{fact.name}”的类型与事实不符",
                       f"the question “{fact.name}” does not answer that fact")  # fmt: skip
        if fact.name not in FACTS and asked is None and fact.default is None:
            yield Text(f"没有问题询问事实“{fact.name}”",
                       f"no question asks for the fact “{fact.name}”")  # fmt: skip


_ANSWERS = {
    Unit.FLAG: (QuestionKind.YES_NO,),
    Unit.FEN: (QuestionKind.MONEY,),
    Unit.FEN_PER_HEAD_MONTH: (QuestionKind.MONEY,),
    Unit.COUNT: (QuestionKind.COUNT,),
    Unit.MONTHS: (QuestionKind.COUNT,),
    Unit.PERCENT: (QuestionKind.COUNT,),
    Unit.CODE: (QuestionKind.CHOICE,),
}


def _check_question(question: Question, earlier: dict[str, Question]) -> Iterator[Text]:
    yield from _both(question.text, question.name)
    codes = [option.code for option in question.choices]
    if question.kind is QuestionKind.CHOICE and (len(codes) < 2 or len(set(codes)) < len(codes)):
        yield Text(f"“{question.name}”至少应有两个不同的选项",
                   f"“{question.name}” needs at least two different options")  # fmt: skip
    for option in question.choices:
        yield from _both(option.text, f"{question.name}.{option.code}")
    if question.condition is None:
        return
    asked = earlier.get(question.condition.question)
    if asked is None:
        yield Text(f"“{question.name}”的条件须引用前面的问题",
                   f"the condition of “{question.name}” must name an earlier question")  # fmt: skip
    elif question.condition.answer not in _possible(asked):
        zh = f"“{question.name}”的条件不是“{asked.name}”的选项"
        yield Text(zh, f"the condition of “{question.name}” is no option of “{asked.name}”")


def _possible(question: Question) -> set[str]:
    """Return the answers a condition can wait for."""
    if question.kind is QuestionKind.YES_NO:
        return {"yes", "no"}
    return {one.code for one in question.choices}


def _both(text: Text, name: str) -> Iterator[Text]:
    if not text.zh.strip() or not text.en.strip():
        yield Text(f"“{name}”缺少中文或英文", f"“{name}” lacks Chinese or English")
