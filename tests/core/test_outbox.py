"""What is to happen after a commit is written in the same transaction, and only then hinted at."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.installation import Installation
from core.outbox import OutboxEntry, enqueue, failure_of, find_job, list_jobs, retry
from core.people import Actor
from core.tenancy import TenantView
from tests.factories import Tree, found_tree, hire


@pytest.fixture(scope="module")
def tree(module_installation: Installation) -> Tree:
    return found_tree(module_installation)


@pytest.fixture
def city(tree: Tree) -> TenantView:
    return tree.city_a


@pytest.fixture
def clerk(module_installation: Installation, city: TenantView) -> Actor:
    return hire(module_installation, city, "clerk")


def test_a_job_is_written_with_the_transaction_that_wants_it(
    module_installation: Installation, city: TenantView, clerk: Actor
) -> None:
    with module_installation.context(city, clerk, request_id="request-7") as ctx:
        entry = enqueue(ctx, "count", {"to": 3}, queue="reports", total=3)
        assert ctx.to_hint == [entry]
    with module_installation.system(city) as ctx:
        found = find_job(ctx, entry.id)
        assert (found.state, found.queue, found.payload, found.total) == (
            "pending", "reports", {"to": 3}, 3,
        )  # fmt: skip
        assert (found.started_by, found.request_id) == (clerk.person_id, "request-7")


def test_what_is_rolled_back_leaves_no_job(
    module_installation: Installation, city: TenantView
) -> None:
    with pytest.raises(RuntimeError), module_installation.system(city) as ctx:
        entry = enqueue(ctx, "never", {})
        ctx.session.flush()
        raise RuntimeError
    with module_installation.system(city) as ctx, pytest.raises(NotFoundError):
        find_job(ctx, entry.id)


def test_a_job_is_seen_by_who_started_it_and_by_nobody_else(
    module_installation: Installation, tree: Tree, clerk: Actor
) -> None:
    with module_installation.context(tree.city_a, clerk) as ctx:
        entry = enqueue(ctx, "mine", {})
    strangers = (
        hire(module_installation, tree.city_a, "clerk"),
        hire(module_installation, tree.city_a, "auditor"),
        hire(module_installation, tree.city_a, "tenant_administrator"),
    )
    for actor in strangers:
        with module_installation.context(tree.city_a, actor) as ctx:
            assert entry.id not in [one.id for one in list_jobs(ctx)]
            with pytest.raises(NotFoundError):
                find_job(ctx, entry.id)
    with module_installation.context(tree.city_a, clerk) as ctx:
        assert entry.id in [one.id for one in list_jobs(ctx, state="pending")]
        assert list_jobs(ctx, state="done") == []


def test_a_job_of_one_city_is_nothing_in_another(
    module_installation: Installation, tree: Tree
) -> None:
    with module_installation.system(tree.city_a) as ctx:
        entry = enqueue(ctx, "here", {})
    with module_installation.system(tree.city_b) as ctx, pytest.raises(NotFoundError):
        find_job(ctx, entry.id)


def test_who_has_no_role_asks_in_vain(module_installation: Installation, city: TenantView) -> None:
    nobody = hire(module_installation, city)
    with module_installation.context(city, nobody) as ctx, pytest.raises(ForbiddenError):
        list_jobs(ctx)


def test_only_a_failed_job_is_tried_again_and_only_by_an_operator(
    module_installation: Installation, city: TenantView, clerk: Actor
) -> None:
    with module_installation.context(city, clerk) as ctx:
        entry = enqueue(ctx, "again", {})
    operator = hire(module_installation, city, "platform_operator")
    with module_installation.context(city, operator) as ctx, pytest.raises(ConflictError):
        retry(ctx, find_job(ctx, entry.id))
    with module_installation.system(city) as ctx:
        row = ctx.session.scalars(select(OutboxEntry).where(OutboxEntry.id == entry.id)).one()
        row.state, row.attempts, row.error = "failed", 4, "It broke."
    with module_installation.context(city, clerk) as ctx:
        broken = find_job(ctx, entry.id)
        told = failure_of(broken)
        assert told is not None
        assert str(told[0]) == "It broke."
        with pytest.raises(ForbiddenError):
            retry(ctx, broken)
    with module_installation.context(city, operator) as ctx:
        retry(ctx, find_job(ctx, entry.id))
    with module_installation.system(city) as ctx:
        assert (find_job(ctx, entry.id).state, find_job(ctx, entry.id).attempts) == ("pending", 0)
