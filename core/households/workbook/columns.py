"""The columns of the household workbook: title in the file, field of the record, kind of value.

One declaration serves import, export, the blank template and the forms.
"""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk import FACTS

from core.households import codes
from core.households.circumstances import FLAGS, FOUND, STATED
from core.households.codes import CodeList

HOUSEHOLD_SHEET = "困难职工档案"
MEMBER_SHEET = "家庭成员"
CIRCUMSTANCES_SHEET = "家庭情况"
MONTHS_SHEET = "月收入"

TEXT, NAME, NUMBER, WORD, WORDS = "text", "name", "number", "word", "words"
ID_NUMBER, PHONE, CARD, CREDIT_CODE = "id_number", "phone", "card", "credit_code"
DIVISION, UNIT, AREA, COUNT, MONEY = "division", "unit", "area", "count", "money"
YES_NO, DATE, YEAR, QUANTITY = "yes_no", "date", "year", "quantity"
ANSWER, MONTH = "answer", "month"
DAY, STORY = "day", "story"


@dataclass(frozen=True)
class Column:
    """A column: `title` heads it in the file, `field` is the record's, `label` its English name.

    `words` is the code list of a word column. A required column needs a value in every row.
    """

    field: str
    title: str
    label: str
    kind: str = TEXT
    words: CodeList | None = None
    required: bool = False
    width: int = 11


def _word(field: str, title: str, label: str, words: CodeList, *, required: bool = False) -> Column:
    return Column(field, title, label, WORD, words, required)


HOUSEHOLD_COLUMNS: tuple[Column, ...] = (
    Column("file_number", "档案编号", "File number", NUMBER, required=True, width=14),
    Column("name", "姓名", "Name", NAME, required=True, width=16),
    _word("sex", "性别", "Sex", codes.SEXES, required=True),
    _word("ethnicity", "民族", "Ethnic group", codes.ETHNICITIES),
    Column("id_number", "身份证号", "ID number", ID_NUMBER, required=True, width=21),
    _word("political_status", "政治面貌", "Political status", codes.POLITICAL_STATUSES),
    _word("health", "健康状况", "Health", codes.HEALTH),
    _word("disability_kind", "残疾类别", "Kind of disability", codes.DISABILITY_KINDS),
    _word("disability_grade", "残疾等级", "Grade of disability", codes.DISABILITY_GRADES),
    _word("work_status", "工作状态", "Work status", codes.WORK_STATUSES, required=True),
    _word("model_worker", "劳模类型", "Model worker", codes.MODEL_WORKERS),
    _word("marital_status", "婚姻状况", "Marital status", codes.MARITAL_STATUSES),
    _word("registration_kind", "户口类型", "Kind of registration", codes.REGISTRATION_KINDS),
    Column("phone", "手机号码", "Mobile phone", PHONE, width=14),
    Column("employer", "工作单位", "Employer", width=24),
    Column("employer_code", "统一社会信用代码", "Employer's credit code", CREDIT_CODE, width=22),
    Column("address", "家庭住址", "Address", width=30),
    Column("division_code", "户口所在地行政区划", "Division of registration", DIVISION, width=20),
    Column("unit", "所属工会", "Union", UNIT, required=True, width=30),
    _word("housing_kind", "住房类型", "Kind of housing", codes.HOUSING_KINDS),
    Column("housing_area_centi", "建筑面积", "Floor area", AREA),
    Column("single_parent", "是否单亲", "Single parent", YES_NO),
    Column("member_count", "家庭人口", "Persons in the household", COUNT, required=True),
    Column("income", "家庭年度总收入", "Income of the year", MONEY, required=True, width=16),
    Column("illness", "因病支出", "Spending on illness", MONEY, width=13),
    Column("disability", "因残支出", "Spending on disability", MONEY, width=13),
    Column("schooling", "子女上学支出", "Spending on schooling", MONEY, width=14),
    Column("work_cost", "必要就业成本", "Work cost", MONEY, width=14),
    Column("loss", "意外致困支出", "Loss by accident", MONEY, width=14),
    Column("compensation", "赔偿补偿救助金额", "Compensation", MONEY, width=18),
    Column("still_difficult", "生活仍有困难", "Life still difficult", YES_NO, width=14),
    Column("self_paid", "自付医疗费用", "Self-paid medical cost", MONEY, width=14),
    _word("medical_insurance", "医保状况", "Medical insurance", codes.MEDICAL_INSURANCES),
    Column("zero_employment", "是否零就业家庭", "Nobody employed", YES_NO, width=16),
    _word("main_cause", "主要致困原因", "Main cause", codes.CAUSES, required=True),
    Column("further_causes", "次要致困原因", "Further causes", WORDS, codes.CAUSES, width=24),
    Column("bank_name", "开户银行", "Bank", width=24),
    Column("card", "银行卡号", "Bank card", CARD, width=22),
    Column("contact_person", "联系人", "Contact person", NAME, width=16),
    Column("filed_on", "建档日期", "Filed on", DATE, required=True, width=12),
    Column("verified_on", "上次复核日期", "Last verified on", DATE, width=14),
)

MEMBER_COLUMNS: tuple[Column, ...] = (
    Column("file_number", "档案编号", "File number", NUMBER, required=True, width=14),
    Column("name", "姓名", "Name", NAME, required=True, width=16),
    _word("relation", "与户主关系", "Relation to the head", codes.RELATIONS, required=True),
    _word("sex", "性别", "Sex", codes.SEXES, required=True),
    Column("id_number", "身份证号", "ID number", ID_NUMBER, required=True, width=21),
    _word("health", "健康状况", "Health", codes.HEALTH),
    Column("monthly_income", "月收入", "Monthly income", MONEY),
    _word("occupation", "身份", "Occupation", codes.OCCUPATIONS, required=True),
    _word("education_stage", "学历阶段", "Stage of education", codes.EDUCATION_STAGES),
    Column("school", "就读学校", "School", width=24),
    Column("enrolment_year", "入学年份", "Year of enrolment", YEAR),
)


def _circumstance(name: str) -> Column:
    """Return the column of a circumstance, titled as rules call the fact."""
    meaning = FACTS[name].meaning
    kind = YES_NO if name in FLAGS else ANSWER if name in FOUND else MONEY
    # Nobody types the quotation marks that running text has.
    title = meaning.zh.replace("“", "").replace("”", "")
    return Column(name, title, meaning.en, kind, width=2 * len(title) + 2)


CIRCUMSTANCES_COLUMNS: tuple[Column, ...] = (
    Column("file_number", "档案编号", "File number", NUMBER, required=True, width=14),
    *map(_circumstance, STATED),
)

MONTHS_COLUMNS: tuple[Column, ...] = (
    Column("file_number", "档案编号", "File number", NUMBER, required=True, width=14),
    Column("month", "月份", "Month", MONTH, required=True),
    Column("income", "收入", "Income", MONEY, required=True, width=14),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    HOUSEHOLD_SHEET: HOUSEHOLD_COLUMNS,
    MEMBER_SHEET: MEMBER_COLUMNS,
    CIRCUMSTANCES_SHEET: CIRCUMSTANCES_COLUMNS,
    MONTHS_SHEET: MONTHS_COLUMNS,
}
FURTHER_SHEETS = (CIRCUMSTANCES_SHEET, MONTHS_SHEET)
"""Sheets a workbook may lack, and may hold without any of their columns that is not required."""
