"""A program that talks to the API of a real installation."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.context import BEIJING
from core.installation import Installation
from core.people import Actor
from core.sessions import open_login
from core.tenancy import TenantView
from tests import factories
from tests.factories import Tree
from web.app import create_app


@dataclass(frozen=True)
class Answer:
    """What the API answered; `json` is None where it is no JSON."""

    status_code: int
    mimetype: str
    headers: Mapping[str, str]
    data: bytes
    json: Any

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode()


def read_answer(response: TestResponse) -> Answer:
    """Return an answer with its JSON read."""
    body = response.get_data()
    kind = response.mimetype or ""
    found = json.loads(body) if body and "json" in kind else None
    return Answer(response.status_code, kind, dict(response.headers), body, found)


@dataclass
class Program:
    """A client with a bearer token, which knows keys and versions."""

    client: FlaskClient
    token: str
    tenant: str
    person: str = ""
    etags: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> Answer:
        """Read; remembers the ETag of what was read."""
        response = self._send("GET", path, query_string=query)
        if response.headers.get("ETag"):
            self.etags[path] = response.headers["ETag"]
        return response

    def post(self, path: str, body: Any = None, *, key: str = "", **more: Any) -> Answer:
        """Create something, with a new idempotency key unless one is given."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        given = {"json": {} if body is None else body} if "data" not in more else {}
        return self._send("POST", path, headers=headers, **given, **more)

    def change(self, method: str, path: str, body: Any, of: str = "") -> Answer:
        """Change what was read at `of`, at that version."""
        return self._send(method, path, headers={"If-Match": self.etags[of or path]}, json=body)

    def _send(self, method: str, path: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        address = path if path.startswith("/") else f"/api/tenants/{self.tenant}/{path}"
        return read_answer(self.client.open(address, method=method, headers=headers, **options))


@dataclass
class Place:
    """A served installation with its federations."""

    installation: Installation
    tree: Tree
    client: FlaskClient

    def get(self, path: str) -> Answer:
        """Read without any token."""
        return read_answer(self.client.get(path))

    def program(self, tenant: TenantView, *roles: str, unit: str = "", about: str = "") -> Program:
        """Return a program signed in as someone new with these roles."""
        return self.sign_in(factories.hire(self.installation, tenant, *roles, unit=unit), about)

    def sign_in(self, actor: Actor, about: str = "") -> Program:
        """Return a program signed in as this person, asking about a tenant (his own)."""
        tenant = self.installation.tenant_by_id(actor.tenant_id or uuid.UUID(int=0))
        with self.installation.system(tenant) as ctx:
            token = open_login(ctx, actor.person_id or uuid.UUID(int=0))
        return Program(
            self.client, f"{tenant.id}:{token}", about or tenant.slug, str(actor.person_id)
        )


@pytest.fixture(scope="module")
def place(module_installation: Installation) -> Place:
    """A nation, a province and two cities, served."""
    tree = factories.found_tree(module_installation)
    return Place(module_installation, tree, create_app(module_installation).test_client())


HOUSEHOLD: dict[str, Any] = {
    "name": "王建国",
    "sex": "male",
    "unit": factories.TOWNSHIP,
    "division_code": "520221",
    "work_status": "employed",
    "income": 4_800_000,
    "illness": 1_500_000,
    "schooling": 960_000,
    "main_cause": "major_illness",
    "filed_on": dt.datetime.now(BEIJING).date().isoformat(),
    "contact_person": "宋磊",
}
"""Worked example C1 as a program sends it; needs `id_number` and `members`."""


def compose_household(serial: int, **changes: Any) -> dict[str, Any]:
    """Return a household of four as a program sends it, another one for each serial."""
    relatives = [
        ("李芳", "spouse", "employed", ""),
        ("王小明", "child", "student", "undergraduate"),
        ("王小红", "child", "preschool", ""),
    ]
    members = [
        {
            "name": name,
            "relation": relation,
            "sex": sex_of(number),
            "id_number": number,
            "occupation": occupation,
            "education_stage": stage,
        }
        for index, (name, relation, occupation, stage) in enumerate(relatives)
        for number in [factories.id_number(900_000 + serial * 10 + index)]
    ]
    head = factories.id_number(900_000 + serial * 10 + 9)
    sent = {**HOUSEHOLD, "id_number": head, "sex": sex_of(head), "members": members}
    return sent | changes


def sex_of(number: str) -> str:
    """Return the sex an ID number says."""
    return "male" if int(number[16]) % 2 else "female"
