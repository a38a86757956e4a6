"""Every sentence of the documents has a proof that exists, and the table in `docs/` tells it."""

from __future__ import annotations

import pytest

from tests.policies.matrix import TARGET, Row, find_missing, read_rows, write_table

ROWS = read_rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.section}: {row.en[:60]}")
def test_every_row_is_proved_by_what_exists(row: Row) -> None:
    assert row.zh
    assert row.en
    assert bool(row.proofs) is not bool(row.open), "a row has proofs, or says what is missing"
    assert list(find_missing(row)) == []


def test_no_sentence_stands_twice() -> None:
    told = [(row.section, row.en) for row in ROWS]
    assert len(told) == len(set(told))


def test_a_proof_that_does_not_exist_is_found() -> None:
    wrong = (
        "case:baotou:Nothing of the kind", "case:nowhere:B1", "test:tests/nowhere.py::test_x",
        "test:tests/policies/test_matrix.py::test_nothing", "said",
    )  # fmt: skip
    assert list(find_missing(Row("", "", "", wrong, ""))) == list(wrong)


def test_the_table_in_the_documents_is_the_one_of_today() -> None:
    assert TARGET.read_text(encoding="utf-8") == write_table(ROWS), (
        "write it anew: python -m tests.policies.matrix"
    )
