"""Workbooks for tests: the sample files, and small ones made cell by cell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook as Book

from core.households.workbook.columns import COLUMNS, HOUSEHOLD_SHEET, MEMBER_SHEET
from core.households.workbook.faults import Fault
from core.households.workbook.reading import Workbook, read_workbook

DATA = Path(__file__).parents[2] / "data"
GOOD = DATA / "困难职工档案.xlsx"
FAULTY = DATA / "困难职工档案-有误.xlsx"
TODAY = dt.date(2023, 6, 30)
UNITS = {"水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会"}

HOUSEHOLD: dict[str, Any] = {
    "档案编号": "A1", "姓名": "戴琪玉", "性别": "女", "民族": "汉族",
    "身份证号": "520201196911201548", "政治面貌": "群众", "健康状况": "健康", "残疾类别": "",
    "残疾等级": "", "工作状态": "在岗", "劳模类型": "非劳模", "婚姻状况": "离异",
    "户口类型": "非农业", "手机号码": "15079244026", "工作单位": "红果镇社区工会联合会",
    "统一社会信用代码": "91520221KJAY4NUGY2", "家庭住址": "钟山区荷城街道159号",
    "户口所在地行政区划": "520222", "所属工会": "水城区总工会/双水街道工会", "住房类型": "借住",
    "建筑面积": 68, "是否单亲": "是", "家庭人口": 2, "家庭年度总收入": 42835.76, "因病支出": 0,
    "因残支出": 0, "子女上学支出": 10579.76, "必要就业成本": 8343.77, "意外致困支出": 0,
    "赔偿补偿救助金额": 0, "生活仍有困难": "否", "自付医疗费用": 0, "医保状况": "职工医保",
    "是否零就业家庭": "否", "主要致困原因": "子女上学", "次要致困原因": "",
    "开户银行": "中国建设银行", "银行卡号": "6217007603137215909", "联系人": "白鹏",
    "建档日期": dt.date(2021, 11, 11), "上次复核日期": dt.date(2022, 8, 21),
}  # fmt: skip

MEMBER: dict[str, Any] = {
    "档案编号": "A1", "姓名": "漕超堃", "与户主关系": "子女", "性别": "女",
    "身份证号": "520221200710113941", "健康状况": "健康", "月收入": 0, "身份": "学生",
    "学历阶段": "高中", "就读学校": "六盘水市第一中学", "入学年份": 2022,
}  # fmt: skip

TITLES = {sheet: [column.title for column in columns] for sheet, columns in COLUMNS.items()}

Rows = Sequence[Mapping[str, Any]]


def make_workbook(
    households: Rows = (HOUSEHOLD,),
    members: Rows = (MEMBER,),
    titles: Mapping[str, Sequence[str]] | None = None,
    further: Mapping[str, Rows] | None = None,
) -> bytes:
    """Return an .xlsx of these rows, each a cell value by title; `further` are sheets besides."""
    book = Book()
    book.remove(book.worksheets[0])
    sheets = {HOUSEHOLD_SHEET: households, MEMBER_SHEET: members, **(further or {})}
    for sheet, rows in sheets.items():
        heads = (titles or {}).get(sheet, TITLES[sheet])
        page = book.create_sheet(sheet)
        page.append(list(heads))
        for row in rows:
            page.append([row.get(title) for title in heads])
    return save(book)


def save(book: Book) -> bytes:
    """Return an openpyxl workbook as a file."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(source: bytes | Path, **options: Any) -> Workbook:
    """Read as of the day and for the unions of the sample files."""
    return read_workbook(source, **{"today": TODAY, "units": UNITS, **options})


def with_cells(**cells: Any) -> dict[str, Any]:
    """Return the good household with some cells changed."""
    return {**HOUSEHOLD, **cells}


def places(workbook: Workbook) -> set[tuple[str, int, str, str]]:
    """Return what a file's faults say: sheet, row, column and code."""
    return {place(fault) for fault in workbook.faults}


def place(fault: Fault) -> tuple[str, int, str, str]:
    """Return where a fault is, and its code."""
    return fault.sheet, fault.row, fault.column, fault.code
