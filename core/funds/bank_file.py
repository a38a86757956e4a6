"""The file a bank takes: one line a payment with the full card number, and a sheet that proves it.

An Excel workbook, every cell text, so that no program turns a card number into 6.2E+18. The
first sheet holds a heading and one row a payment; the second the batch's number, count, total
and the SHA-256 of the rows, each `sequence|payment|payee|card|amount`, joined by line feeds.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence

import xlsxwriter

from core.access import Subject, require
from core.audit import record
from core.context import Context
from core.errors import ConflictError, UnavailableError, _
from core.funds.batches import lock_batch, payments_of
from core.funds.models import Batch, Payment

HEADINGS = ("序号", "付款编号", "收款人", "开户银行", "收款账号", "金额（元）", "用途")
RESULT_HEADINGS = ("结果", "失败原因")
PURPOSE = "困难职工帮扶资金"
Row = tuple[str, str, str, str, str, str, str]


def bank_file(ctx: Context, batch_id: uuid.UUID, reason: str = "") -> bytes:
    """Return the workbook of a released batch; that the cards were shown is audited.

    It is the same, byte for byte, each time. ConflictError before the batch is released.
    """
    require(ctx, "payment.unmask", Subject(ctx.tenant_id))
    batch = lock_batch(ctx, batch_id)
    if batch.state not in ("sent", "reconciled"):
        raise ConflictError(
            _("The batch %(number)s is not released yet."),
            remedy=_("Have a colleague release it, then fetch its file."),
            number=batch.number,
        )
    data = write_workbook(batch, [_row(ctx, payment) for payment in payments_of(ctx, batch)])
    _check(batch, data)
    record(ctx, "batch.unmasked", batch, after={"count": batch.count}, reason=reason)
    return data


def write_workbook(batch: Batch, rows: Sequence[Row]) -> bytes:
    """Return the workbook of these rows."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": batch.number, "created": batch.made_at.replace(tzinfo=None)})
    text, heading = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    sheet = book.add_worksheet("付款明细")
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, len(HEADINGS) - 1, 24)
    for column, title in enumerate((*HEADINGS, *RESULT_HEADINGS)):
        sheet.write_string(0, column, title, heading)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write_string(line, column, value, text)
    _write_proof(book, batch, rows)
    book.close()
    return buffer.getvalue()


def checksum(rows: Sequence[Row]) -> str:
    """Return the SHA-256 over the rows as the second sheet shows it."""
    lines = ("|".join((row[0], row[1], row[2], row[4], row[5])) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _write_proof(book: xlsxwriter.Workbook, batch: Batch, rows: Sequence[Row]) -> None:
    sheet = book.add_worksheet("校验")
    sheet.set_column(0, 1, 24)
    proof = (
        ("批次号", batch.number), ("笔数", str(batch.count)), ("合计（元）", _yuan(batch.total)),
        ("SHA-256", checksum(rows)),
    )  # fmt: skip
    for line, (title, value) in enumerate(proof):
        sheet.write_string(line, 0, title)
        sheet.write_string(line, 1, value)


def _row(ctx: Context, payment: Payment) -> Row:
    card = ctx.vault.decrypt(
        ctx.tenant_id, "payments.card_cipher", payment.id, payment.card_cipher or b""
    )
    return (
        str(payment.sequence), payment.number, payment.payee_name, payment.bank_name, card,
        _yuan(payment.amount), PURPOSE,
    )  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _check(batch: Batch, data: bytes) -> None:
    digest = hashlib.sha256(data).digest()
    if batch.file_sha256 is None:
        batch.file_sha256 = digest
    elif batch.file_sha256 != digest:
        raise UnavailableError(
            _("The file of the batch %(number)s is not the one made before."),
            remedy=_("Do not pay it; have the audit trail of its payments looked at."),
            number=batch.number,
        )
