"""Field types of the API: money as yuan, and dates as people write them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from core.errors import InvalidError
from core.money import FEN_PER_YUAN, parse_yuan


class Yuan(fields.Field[int]):
    """Money: fen inside, outside a string of yuan with two decimals such as `"1234.50"`."""

    def __init__(self, **options: Any) -> None:
        metadata = {
            "type": "string",
            "pattern": r"^\d{1,12}(\.\d{1,2})?$",
            "examples": ["1234.50"],
            **options.pop("metadata", {}),
        }
        super().__init__(metadata=metadata, **options)

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        if value is None:
            return None
        return f"{value // FEN_PER_YUAN}.{value % FEN_PER_YUAN:02d}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        if not isinstance(value, str):
            raise ValidationError("Write the amount as a string of yuan such as “1234.50”.")
        try:
            return parse_yuan(value, field=attr or "")
        except InvalidError as error:
            raise ValidationError(f"{error.message} {error.remedy}") from error
