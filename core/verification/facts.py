"""What sources tell of people: each fact with the titles its column has in their files."""

from __future__ import annotations

from dataclasses import dataclass

from core.households.codes import MARITAL_STATUSES, Code, CodeList
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column

YES, NO = "yes", "no"
YES_NO = CodeList(
    "yes_no",
    (
        Code(YES, "是", "Yes", ("有", "已死亡", "死亡", "已迁出", "迁出", "享受", "在读", "1")),
        Code(NO, "否", "No", ("无", "没有", "未", "正常", "未享受", "不在读", "0")),
    ),
)


@dataclass(frozen=True)
class FactColumn:
    """A fact under the name comparison knows it by, and how its column is headed."""

    name: str
    titles: tuple[str, ...]
    kind: str

    def column(self, title: str) -> Column:
        """Return the column under the title a file gives it."""
        words = {kinds.WORD: YES_NO}.get(self.kind)
        words = MARITAL_STATUSES if self.name == "marital_status" else words
        return Column(self.name, title, self.name, self.kind, words)


def _fact(name: str, kind: str, *titles: str) -> FactColumn:
    return FactColumn(name, titles, kind)


FACTS: dict[str, FactColumn] = {
    fact.name: fact
    for fact in (
        _fact("dibao", kinds.WORD, "民政低保", "是否低保", "低保", "低保对象"),
        _fact("household_income", kinds.MONEY, "核定年收入", "核定家庭年收入", "家庭年收入"),
        _fact("income", kinds.MONEY, "年收入", "个人年收入", "工资薪金年收入", "年养老金"),
        _fact("real_estate", kinds.QUANTITY, "不动产套数", "房产套数", "房屋套数"),
        _fact("vehicles", kinds.QUANTITY, "车辆数", "机动车数", "登记车辆数"),
        _fact("housing_fund", kinds.MONEY, "公积金月缴", "公积金月缴额", "月缴存额"),
        _fact("business", kinds.WORD, "工商登记", "市场主体登记", "是否有工商登记"),
        _fact("dead", kinds.WORD, "死亡", "是否死亡", "死亡标识"),
        _fact("moved", kinds.WORD, "户籍迁出", "是否迁出", "迁出"),
        _fact("registered_members", kinds.QUANTITY, "户内人数", "户籍人数", "同户人数"),
        _fact("marital_status", kinds.WORD, "婚姻状况", "婚姻登记状况"),
        _fact("employed", kinds.WORD, "是否就业", "就业登记", "就业"),
        _fact("enrolled", kinds.WORD, "是否在读", "学籍在读", "在读"),
        _fact("medical_cost", kinds.MONEY, "自付医疗费用", "个人自付", "年度自付费用"),
        _fact("deposits", kinds.MONEY, "存款余额", "银行存款", "金融资产"),
        _fact("insurance_value", kinds.MONEY, "保单现金价值", "商业保险现金价值"),
        _fact("securities", kinds.MONEY, "证券市值", "证券资产", "股票市值"),
    )
}
"""Titles are compared without blanks and without a unit such as （元） behind them."""
