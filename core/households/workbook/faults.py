"""Faults of a workbook: where, what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import Message, _


@dataclass(frozen=True)
class FaultKind:
    """A way a cell can be wrong, under a stable code; both texts are gettext message ids.

    `%(row)s` and `%(column)s` stand for the place; no text ever repeats an ID, phone or card.
    """

    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Fault:
    """A fault in a file: `row` as the spreadsheet numbers it, `column` the title of the column.

    Faults of the whole file have row 0 and an empty column, those of the header row 1 or the row
    in which the header stands.
    """

    sheet: str
    row: int
    column: str
    code: str
    message: Message
    remedy: Message

    def as_json(self, translate: Callable[[Message], str] = str) -> dict[str, Any]:
        """Return the fault ready for JSON, its texts translated."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": translate(self.message),
            "remedy": translate(self.remedy),
        }


def make_fault(kind: FaultKind, sheet: str, row: int = 0, column: str = "", **values: Any) -> Fault:
    """Return a fault of a kind at a place; `values` fill the placeholders of its texts."""
    values |= {"sheet": sheet, "row": row, "column": column}
    return Fault(
        sheet, row, column, kind.code, Message(kind.message, values), Message(kind.remedy, values)
    )


# The file as a whole.
NOT_A_WORKBOOK = FaultKind(
    "not_a_workbook",
    _("The file is neither an Excel workbook nor a CSV file."),
    _("Save it as .xlsx, or as CSV, and import it again."),
)
OLD_WORKBOOK = FaultKind(
    "old_workbook",
    _("The file is in an old or foreign spreadsheet format."),
    _("Open it and save it as .xlsx, then import it again."),
)
PASSWORD = FaultKind(
    "password",
    _("The workbook is protected by a password."),
    _("Remove the password in Excel, save the file, and import it again."),
)
BROKEN = FaultKind(
    "broken",
    _("The workbook is damaged and cannot be read."),
    _("Open it in Excel, save it again as .xlsx, and import that file."),
)
TOO_LARGE = FaultKind(
    "too_large",
    _("The workbook is too large: its content unpacks to more than %(limit)s MB."),
    _("Split it into several files."),
)
STRAY_CELLS = FaultKind(
    "stray_cells",
    _("The sheet “%(sheet)s” has cells far outside the table, beyond column CZ or row 200,000."),
    _("Delete the rows and columns outside the table, or split the file."),
)
SHEET_MISSING = FaultKind(
    "sheet_missing",
    _("The workbook has no sheet “%(sheet)s”."),
    _("Name the sheets as the blank form does: 困难职工档案 and 家庭成员."),
)
SHEET_EMPTY = FaultKind(
    "sheet_empty",
    _("The sheet “%(sheet)s” has no rows below its header."),
    _("Fill in at least one row."),
)
NO_HEADER = FaultKind(
    "no_header",
    _("The sheet “%(sheet)s” has no header row with 档案编号 and 姓名."),
    _("Take the blank form and keep its header row."),
)
NO_FILE_NUMBERS = FaultKind(
    "no_header",
    _("The sheet “%(sheet)s” has no header row with 档案编号."),
    _("Take the blank form and keep its header row."),
)
COLUMNS_MISSING = FaultKind(
    "column_missing",
    _("The sheet “%(sheet)s” lacks the columns: %(missing)s."),
    _("Add them as the blank form has them; a renamed column needs its title back."),
)
COLUMN_UNKNOWN = FaultKind(
    "column_unknown",
    _("The column “%(column)s” of the sheet “%(sheet)s” is not known."),
    _("Delete the column, or give it the title the blank form has."),
)
COLUMN_TWICE = FaultKind(
    "column_twice",
    _("The column “%(column)s” stands twice in the sheet “%(sheet)s”."),
    _("Delete one of the two."),
)

# One cell.
REQUIRED = FaultKind(
    "required",
    _("Row %(row)s: “%(column)s” is empty."),
    _("Fill it in."),
)
FORMULA = FaultKind(
    "formula",
    _("Row %(row)s: “%(column)s” holds a formula."),
    _("Write the value itself; in Excel, copy the cell and paste it as a value."),
)
ERROR_VALUE = FaultKind(
    "error_value",
    _("Row %(row)s: “%(column)s” holds an error such as #REF! or #N/A."),
    _("Write the value itself."),
)
WORD_UNKNOWN = FaultKind(
    "word_unknown",
    _("Row %(row)s: “%(value)s” is not a value of “%(column)s”."),
    _("Choose one of: %(choices)s."),
)
TOO_MANY_CAUSES = FaultKind(
    "too_many",
    _("Row %(row)s: “%(column)s” has more than three values."),
    _("Keep the three that weigh most."),
)
NOT_TEXT = FaultKind(
    "not_text",
    _("Row %(row)s: “%(column)s” is not text."),
    _("Format the cell as text and write the value again."),
)
TOO_LONG = FaultKind(
    "too_long",
    _("Row %(row)s: “%(column)s” is longer than %(limit)s characters."),
    _("Shorten it."),
)
ID_NUMERIC = FaultKind(
    "id_numeric",
    _("Row %(row)s: “%(column)s” stands in a number cell; Excel keeps only 15 digits of it."),
    _("Format the column as text and type the number again from the ID card."),
)
ID_LENGTH = FaultKind(
    "id_length",
    _("Row %(row)s: “%(column)s” has %(length)s characters, not 18."),
    _("Write the 18-digit number of the present ID card."),
)
ID_FORMAT = FaultKind(
    "id_format",
    _("Row %(row)s: “%(column)s” is not 17 digits and a digit or X."),
    _("Copy the number from the ID card."),
)
ID_BIRTH_DATE = FaultKind(
    "id_birth_date",
    _("Row %(row)s: “%(column)s” holds no possible date of birth."),
    _("Compare the number with the ID card."),
)
ID_DIVISION = FaultKind(
    "id_division",
    _("Row %(row)s: “%(column)s” begins with a division code that never existed."),
    _("Compare the number with the ID card."),
)
ID_CHECK_DIGIT = FaultKind(
    "id_check_digit",
    _("Row %(row)s: “%(column)s” fails its check digit."),
    _("Compare the number with the ID card; a digit is wrong or two are swapped."),
)
SEX_MISMATCH = FaultKind(
    "sex_mismatch",
    _("Row %(row)s: “%(column)s” does not agree with the ID number."),
    _("The 17th digit is odd for men, even for women; correct the one that is wrong."),
)
CARD_NUMERIC = FaultKind(
    "card_numeric",
    _("Row %(row)s: “%(column)s” stands in a number cell; Excel keeps only 15 digits of it."),
    _("Format the column as text and type the number again from the bank card."),
)
CARD_CHECK = FaultKind(
    "card_check",
    _("Row %(row)s: “%(column)s” is not a valid card number."),
    _("Compare it with the bank card: 12 to 19 digits, the last one a check digit."),
)
CREDIT_CODE_CHECK = FaultKind(
    "credit_code_check",
    _("Row %(row)s: “%(column)s” is not a valid unified social credit code."),
    _("Compare it with the business licence: 18 characters, the last one a check character."),
)
PHONE_DIGITS = FaultKind(
    "phone_digits",
    _("Row %(row)s: “%(column)s” is not a mobile number."),
    _("Write 11 digits that begin with 1."),
)
DIVISION_UNKNOWN = FaultKind(
    "division_unknown",
    _("Row %(row)s: “%(column)s”: there is and was no division %(value)s."),
    _("Write the 6-digit code of GB/T 2260; an abolished one may stand."),
)
UNIT_UNKNOWN = FaultKind(
    "unit_unknown",
    _("Row %(row)s: “%(column)s”: there is no union “%(value)s”."),
    _("Write its full name, as 区县总工会/乡镇街道工会."),
)
NOT_AN_AMOUNT = FaultKind(
    "not_an_amount",
    _("Row %(row)s: “%(column)s” is not an amount: “%(value)s”."),
    _("Write a number such as 1234.50."),
)
NEGATIVE = FaultKind(
    "negative",
    _("Row %(row)s: “%(column)s” is below zero."),
    _("Write an amount of 0 or more."),
)
TOO_GREAT = FaultKind(
    "too_great",
    _("Row %(row)s: “%(column)s” is beyond 100 billion."),
    _("Compare it with the papers; a point is missing perhaps."),
)
DECIMALS = FaultKind(
    "decimals",
    _("Row %(row)s: “%(column)s” has more than two decimals."),
    _("Round it to two decimals."),
)
NOT_A_QUANTITY = FaultKind(
    "not_a_quantity",
    _("Row %(row)s: “%(column)s” is not a whole number: “%(value)s”."),
    _("Write a whole number, 0 or more."),
)
NOT_A_COUNT = FaultKind(
    "not_a_count",
    _("Row %(row)s: “%(column)s” is not a whole number: “%(value)s”."),
    _("Write the number of persons, the head included."),
)
COUNT_ZERO = FaultKind(
    "count_zero",
    _("Row %(row)s: “%(column)s” is less than 1."),
    _("Count the head, too: a person living alone is 1."),
)
NOT_A_YEAR = FaultKind(
    "not_a_year",
    _("Row %(row)s: “%(column)s” is not a year: “%(value)s”."),
    _("Write a year with four digits, such as 2022."),
)
NOT_A_DATE = FaultKind(
    "not_a_date",
    _("Row %(row)s: “%(column)s” is not a date: “%(value)s”."),
    _("Write it as 2023-06-30."),
)
NOT_A_MONTH = FaultKind(
    "not_a_month",
    _("Row %(row)s: “%(column)s” is not a month: “%(value)s”."),
    _("Write it as 2023-06."),
)
MONTH_OPEN = FaultKind(
    "month_open",
    _("Row %(row)s: the month %(value)s is not over yet."),
    _("State the income of months that are over."),
)
DATE_FUTURE = FaultKind(
    "date_future",
    _("Row %(row)s: “%(column)s” lies in the future."),
    _("Correct the date."),
)

# Rows that do not fit together.
FILE_NUMBER_TWICE = FaultKind(
    "file_number_twice",
    _("Row %(row)s: the file number %(value)s already stands in row %(first)s."),
    _("Give every household its own file number, or delete one of the rows."),
)
STATED_TWICE = FaultKind(
    "stated_twice",
    _("Row %(row)s: row %(first)s already says this of the file %(value)s."),
    _("Delete one of the two rows."),
)
FILE_UNKNOWN = FaultKind(
    "file_unknown",
    _("Row %(row)s: there is no file %(value)s in the sheet 困难职工档案."),
    _("Correct the file number, or add the household."),
)
PERSON_TWICE = FaultKind(
    "person_twice",
    _(
        "Row %(row)s: this person already stands in “%(sheet_first)s”, row %(first)s, "
        "file %(file_first)s."
    ),
    _("One person belongs to one file only; delete one of the two."),
)
HEAD_LISTED = FaultKind(
    "head_listed",
    _("Row %(row)s: the head of the household stands among the members."),
    _("Delete the row; the head stands in the sheet 困难职工档案 alone."),
)
MEMBER_COUNT = FaultKind(
    "member_count",
    _("Row %(row)s: “%(column)s” says %(value)s, but the head and %(listed)s members are listed."),
    _("Correct the number, or list all members in the sheet 家庭成员."),
)
