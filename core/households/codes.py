"""Coded values of a household file: a stable code, the Chinese word files use, the English one.

The database, the API and the rules hold the code; forms, workbooks and pages show the words.
Words are those of the national system of the federations, so that its files read as they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.households.ethnicities import ETHNIC_GROUPS


@dataclass(frozen=True)
class Code:
    """One value of a list; `other_words` are spellings that files also use for it."""

    code: str
    zh: str
    en: str
    other_words: tuple[str, ...] = ()

    def word(self, language: str) -> str:
        """Return the word for people: Chinese for `zh`, English otherwise."""
        return self.zh if language.startswith("zh") else self.en


def plain(word: str) -> str:
    """Return a word without spaces and full-width forms, as words of lists are compared."""
    return "".join(unicodedata.normalize("NFKC", word).split())


@dataclass(frozen=True)
class CodeList:
    """A list of codes under a name: iterable, and looked up by code or by Chinese word."""

    name: str
    values: tuple[Code, ...]
    by_code: Mapping[str, Code] = field(init=False, repr=False, compare=False)
    by_word: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = {word: item.code for item in self.values for word in (item.zh, *item.other_words)}
        plain_words = {plain(word): code for word, code in words.items()}
        set_field = object.__setattr__
        set_field(self, "by_code", MappingProxyType({item.code: item for item in self.values}))
        set_field(self, "by_word", MappingProxyType(plain_words | words))

    def __iter__(self) -> Iterator[Code]:
        return iter(self.values)

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def find(self, word: str) -> str | None:
        """Return the code of a Chinese word, None where the list has no such word."""
        return self.by_word.get(word) or self.by_word.get(plain(word))

    def word(self, code: str, language: str = "zh") -> str:
        """Return the word of a code; an unknown or empty code is shown as it is."""
        item = self.by_code.get(code)
        return item.word(language) if item else code


def _list(name: str, *values: tuple[str, ...]) -> CodeList:
    return CodeList(name, tuple(Code(code, zh, en, tuple(more)) for code, zh, en, *more in values))


SEXES = _list("sex", ("male", "男", "Male"), ("female", "女", "Female"))

ETHNICITIES = _list("ethnicity", *ETHNIC_GROUPS)

POLITICAL_STATUSES = _list(
    "political_status",
    ("party_member", "中共党员", "Member of the Communist Party", "党员"),
    ("probationary", "中共预备党员", "Probationary party member", "预备党员"),
    ("youth_league", "共青团员", "Member of the Youth League", "团员"),
    ("democratic", "民主党派", "Member of a democratic party"),
    ("independent", "无党派人士", "Independent"),
    ("masses", "群众", "None"),
)

HEALTH = _list(
    "health",
    ("healthy", "健康", "Healthy", "良好"),
    ("fair", "一般", "Fair"),
    ("weak", "较弱", "Weak", "较差"),
    ("chronic_illness", "患慢性病", "Chronically ill", "慢性病"),
    ("serious_illness", "患重病", "Seriously ill", "重病"),
    ("disabled", "残疾", "Disabled"),
)

DISABILITY_KINDS = _list(
    "disability_kind",
    ("sight", "视力", "Sight"),
    ("hearing", "听力", "Hearing"),
    ("speech", "言语", "Speech"),
    ("physical", "肢体", "Physical"),
    ("intellectual", "智力", "Intellectual"),
    ("mental", "精神", "Mental"),
    ("multiple", "多重", "Multiple"),
)

DISABILITY_GRADES = _list(
    "disability_grade",
    ("grade_1", "一级", "Grade 1"),
    ("grade_2", "二级", "Grade 2"),
    ("grade_3", "三级", "Grade 3"),
    ("grade_4", "四级", "Grade 4"),
)

WORK_STATUSES = _list(
    "work_status",
    ("employed", "在岗", "At work"),
    ("laid_off", "下(待)岗", "Laid off", "下岗", "待岗"),
    ("unemployed", "失(无)业", "Unemployed", "失业", "无业"),
    ("flexible", "灵活就业", "In flexible employment"),
    ("internally_retired", "内退", "Internally retired"),
    ("retired_ill", "病退", "Retired for illness"),
    ("retired", "退休", "Retired"),
)

MODEL_WORKERS = _list(
    "model_worker",
    ("none", "非劳模", "Not a model worker"),
    ("national", "全国劳模", "National model worker"),
    ("provincial", "省部级劳模", "Provincial model worker", "省级劳模"),
    ("city", "市级劳模", "City model worker", "地市级劳模"),
)

MARITAL_STATUSES = _list(
    "marital_status",
    ("single", "未婚", "Single"),
    ("married", "已婚", "Married"),
    ("divorced", "离异", "Divorced", "离婚"),
    ("widowed", "丧偶", "Widowed"),
)

REGISTRATION_KINDS = _list(
    "registration_kind",
    ("urban", "非农业", "Urban"),
    ("rural", "农业", "Rural"),
    ("resident", "居民户口", "Resident"),
)

HOUSING_KINDS = _list(
    "housing_kind",
    ("owned", "自有住房", "Own home"),
    ("rented", "租赁", "Rented"),
    ("public_rental", "公租房", "Public rental"),
    ("borrowed", "借住", "Staying with others"),
    ("dangerous", "危房", "Dangerous home"),
    ("none", "无房", "No home"),
)

MEDICAL_INSURANCES = _list(
    "medical_insurance",
    ("employee", "职工医保", "Employees' insurance"),
    ("resident", "居民医保", "Residents' insurance"),
    ("none", "未参保", "Not insured"),
)

CAUSES = _list(
    "cause",
    ("no_capacity", "无劳动能力", "No capacity to work"),
    ("not_employed", "有劳动能力而未就业", "Able to work, not employed"),
    ("laid_off", "下岗失业", "Laid off or unemployed"),
    ("uninsured", "未参加社会保险", "No social insurance"),
    ("benefits_missing", "社保待遇落实不到位", "Insurance benefits not received"),
    ("major_illness", "重特大疾病", "Major illness"),
    ("disaster", "自然灾害", "Natural disaster"),
    ("accident", "意外事故", "Accident"),
    ("schooling", "子女上学", "Children at school"),
    ("other", "其他", "Other"),
)

HEAD = "head"

RELATIONS = _list(
    "relation",
    (HEAD, "户主", "Head", "本人"),
    ("spouse", "配偶", "Spouse"),
    ("child", "子女", "Child", "儿子", "女儿"),
    ("parent", "父母", "Parent", "父亲", "母亲"),
    ("parent_in_law", "配偶父母", "Parent-in-law", "岳父母", "公婆"),
    ("child_in_law", "子女配偶", "Child-in-law", "儿媳", "女婿"),
    ("grandparent", "祖父母", "Grandparent", "外祖父母"),
    ("grandchild", "孙子女", "Grandchild", "外孙子女"),
    ("sibling", "兄弟姐妹", "Sibling"),
    ("other", "其他", "Other"),
)

STUDENT = "student"

OCCUPATIONS = _list(
    "occupation",
    (STUDENT, "学生", "Student"),
    ("preschool", "学龄前", "Under school age"),
    ("employed", "在职", "Employed", "在岗"),
    ("flexible", "灵活就业", "In flexible employment"),
    ("farmer", "务农", "Farmer"),
    ("unemployed", "无业", "Unemployed", "失业", "待业"),
    ("retired", "退休", "Retired"),
    ("other", "其他", "Other"),
)

EDUCATION_STAGES = _list(
    "education_stage",
    ("preschool", "学前", "Preschool", "幼儿园"),
    ("primary", "小学", "Primary school"),
    ("junior_high", "初中", "Junior high school"),
    ("senior_high", "高中", "Senior high school"),
    ("vocational", "中职", "Vocational school", "中专", "技校"),
    ("college", "大专", "College", "高职"),
    ("undergraduate", "本科", "University"),
    ("postgraduate", "研究生", "Postgraduate", "硕士", "博士"),
)

CODE_LISTS: Mapping[str, CodeList] = MappingProxyType(
    {
        item.name: item
        for item in (
            SEXES,
            ETHNICITIES,
            POLITICAL_STATUSES,
            HEALTH,
            DISABILITY_KINDS,
            DISABILITY_GRADES,
            WORK_STATUSES,
            MODEL_WORKERS,
            MARITAL_STATUSES,
            REGISTRATION_KINDS,
            HOUSING_KINDS,
            MEDICAL_INSURANCES,
            CAUSES,
            RELATIONS,
            OCCUPATIONS,
            EDUCATION_STAGES,
        )
    }
)
