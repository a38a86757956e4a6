"""An office that has paid, once for the tests of a module."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from core.funds.reconciliation import import_result
from core.installation import Installation
from tests.core.funds.grants import answer, fetch_file, grant_many, rows_of
from tests.factories import Filed, found_tree
from tests.office import Office

Pay = Callable[..., uuid.UUID]


@pytest.fixture(scope="module")
def office(module_installation: Installation) -> Office:
    return Office(module_installation, found_tree(module_installation))


@pytest.fixture(scope="module")
def pay(office: Office) -> Pay:
    """Pay so many yuan to a household, one of its own by default, and return the payment's id."""
    return lambda amount="100", **values: pay_one(office, amount, **values)


def pay_one(office: Office, amount: str, household: Filed | None = None) -> uuid.UUID:
    """Grant, reserve, send and book one payment."""
    (application,) = grant_many(office, 1, amount, household=household)
    fund = office.fund()
    payment = office.reserve(application, fund)
    batch = office.send(fund)
    with office.acting("finance") as ctx:
        import_result(ctx, batch, answer(rows_of(fetch_file(office, batch))))
    return payment
