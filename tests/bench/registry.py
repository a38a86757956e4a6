"""A registry of 500,000 files for the benchmarks, made by the server itself within a minute."""

from __future__ import annotations

import uuid

import psycopg

from core.tenancy import TenantView
from tests import factories
from tests.bench.scene import Scene

HOUSEHOLDS = 500_000
UNITS = (factories.GRASSROOTS, factories.ELSEWHERE)

MAKE = """
create temp table made on commit drop as
select g as number,
  (lpad(to_hex(1767225600000 + g), 12, '0') || '70008000000000000000')::uuid as id,
  1 + floor(random() * 6)::int as members,
  (500000 + floor(random() * 14500000))::bigint as income,
  (floor(random() * 4000000) * (random() < 0.5)::int)::bigint as illness,
  (floor(random() * 900000) * (random() < 0.15)::int)::bigint as disability,
  (floor(random() * 1500000) * (random() < 0.5)::int)::bigint as schooling,
  (floor(random() * 1000000) * (random() < 0.4)::int)::bigint as work_cost,
  (floor(random() * 12000000) * (random() < 0.2)::int)::bigint as loss,
  (floor(random() * 2000000) * (random() < 0.1)::int)::bigint as compensation,
  (floor(random() * 3000000) * (random() < 0.4)::int)::bigint as self_paid,
  random() < 0.3 as still_difficult, random() < 0.4 as studies
from generate_series(1, %(households)s) g
"""
FILE = """
insert into households (tenant_id, id, file_number, unit_id, state, version, head_name,
  head_id_masked, member_count, ethnicity, political_status, disability_kind, disability_grade,
  work_status, model_worker, marital_status, registration_kind, phone_masked, employer,
  employer_code, address, division_code, housing_kind, housing_area_centi, single_parent,
  medical_insurance, zero_employment, main_cause, further_causes, bank_name, card_masked,
  contact_person, filed_on, created_at, changed_at)
select %(tenant)s, id, 'B' || lpad(number::text, 9, '0'),
  (%(units)s::uuid[])[1 + number %% cardinality(%(units)s::uuid[])], 'active', 1, '王建国',
  '520201********1234', members, 'han', 'masses', '', '', 'employed', 'none', 'married', 'urban',
  '178****3518', '凉都商贸集团', '', '双水街道81号', '520221', 'rented', 6000, false, 'employee',
  false, 'major_illness', '{}', '中国建设银行', '6217****9113', '宋磊', date '2022-03-10', now(),
  now()
from made order by number
"""
STATE = """
insert into statements (tenant_id, id, household_id, as_of, income, illness, disability, schooling,
  work_cost, loss, compensation, self_paid, still_difficult, declared_at)
select %(tenant)s, id, id, date '2023-01-01', income, illness, disability, schooling, work_cost,
  loss, compensation, self_paid, still_difficult, now()
from made order by number
"""
PEOPLE = """
insert into members (tenant_id, id, household_id, position, is_head, active, departed, name,
  relation, sex, id_cipher, id_index, id_masked, health, monthly_income, occupation,
  education_stage, school)
select %(tenant)s,
  (lpad(to_hex(1767225600000 + number), 12, '0') || '700' || place || '8000000000000000')::uuid,
  id, place, place = 0, true, false, '王建国', case place when 0 then 'head' else 'child' end,
  'male', '\\x00', int8send(number * 2 + place), '520201********1234', 'healthy', 0,
  case when place = 1 and studies then 'student' else 'employed' end, '', ''
from made, generate_series(0, 1) place order by number, place
"""


def fill(scene: Scene, tenant: TenantView, households: int = HOUSEHOLDS) -> None:
    """Put a registry into a tenant: statements and people included, not yet judged."""
    units = [factories.place_unit(scene.installation, tenant, name).id for name in UNITS]
    values = {"tenant": tenant.id, "units": units, "households": households}
    with connect(scene) as connection:
        connection.execute("select setseed(0.5)")
        for statement in (MAKE, FILE, STATE, PEOPLE):
            connection.execute(statement, values)
    settle(scene)


def settle(scene: Scene) -> None:
    """Let the server tidy up what was written, so that every round begins alike."""
    with connect(scene, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def connect(scene: Scene, *, autocommit: bool = False) -> psycopg.Connection:
    """Return a connection whom no policy holds back."""
    return psycopg.connect(scene.database.superuser_url, autocommit=autocommit)


def id_of(number: int) -> uuid.UUID:
    """Return the id of the file with this running number."""
    return uuid.UUID(hex=f"{1767225600000 + number:012x}70008000000000000000")
