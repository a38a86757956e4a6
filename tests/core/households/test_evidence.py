"""Papers of a file: kept by what they are, shown to those who work on the file."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ForbiddenError, InvalidError, NotFoundError, UnavailableError
from core.households.evidence import add_evidence, open_evidence
from core.households.models import Evidence
from core.households.papers import DOCX, KINDS, clean_filename, recognise
from core.households.queries import read_household
from core.people import Actor
from tests.core.households.conftest import World
from tests.factories import ELSEWHERE, GRASSROOTS, UNION_ROLES, acting, file_household, hire

PDF = b"%PDF-1.7\n" + b"x" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
HEIC = b"\x00\x00\x00\x18ftypheic" + b"x" * 100


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return target.getvalue()


def bring(
    world: World, file_id: uuid.UUID, data: bytes, *, name: str = "paper", kind: str = "other",
    actor: Actor | None = None,
) -> uuid.UUID:  # fmt: skip
    with acting(world.installation, world.tree.city_a, actor or world.clerk) as ctx:
        return add_evidence(ctx, file_id, kind=kind, filename=name, data=data).id


@pytest.fixture
def file_id(world: World) -> uuid.UUID:
    return file_household(world.installation, world.tree.city_a, unit=GRASSROOTS).id


class TestWhatItIs:
    @pytest.mark.parametrize(
        ("data", "media_type"),
        [
            (PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png"),
            (HEIC, "image/heic"), (archive("[Content_Types].xml", "word/document.xml"), DOCX),
        ],
    )  # fmt: skip
    def test_the_content_says_what_it_is(self, data: bytes, media_type: str) -> None:
        assert recognise(data) == media_type

    @pytest.mark.parametrize(
        "data",
        [
            b"MZ\x90\x00" + b"x" * 100,
            b"<html><script>alert(1)</script></html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"plain text",
            b"x%PDF-1.7",
            archive("evil.exe"),
            archive("xl/workbook.xml"),
            archive("word/document.xml", "word/vbaProject.bin"),
            b"PK\x03\x04 torn",
        ],
    )
    def test_anything_else_is_refused_with_a_remedy(self, data: bytes) -> None:
        with pytest.raises(InvalidError) as caught:
            recognise(data)
        assert caught.value.field == "file"
        assert "PDF" in caught.value.remedy.text

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\王\\证明.pdf", "证明.pdf"),
            ("a\x00b\n.pdf", "ab.pdf"),
            ("", "file"),
            ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ],
    )
    def test_names_lose_folders_and_control_characters(self, given: str, kept: str) -> None:
        assert clean_filename(given) == kept


class TestBringing:
    def test_a_paper_is_kept_with_its_checksum_and_shown_with_the_file(
        self, world: World, file_id: uuid.UUID
    ) -> None:
        paper_id = bring(world, file_id, PDF, name="D:\\scans\\住院.pdf", kind="medical_record")
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            paper, data = open_evidence(ctx, paper_id)
            (told,) = read_household(ctx, file_id).data["evidence"]
        assert data == PDF
        assert paper.sha256 == hashlib.sha256(PDF).digest()
        assert (told["filename"], told["kind"]) == ("住院.pdf", "medical_record")
        assert (told["media_type"], told["size"]) == ("application/pdf", len(PDF))

    def test_the_name_does_not_make_the_type(self, world: World, file_id: uuid.UUID) -> None:
        with pytest.raises(InvalidError):
            bring(world, file_id, b"MZ\x90\x00", name="harmless.pdf")
        with world.installation.system(world.tree.city_a) as ctx:
            found = ctx.session.scalars(select(Evidence).where(Evidence.household_id == file_id))
            assert not found.all()

    def test_too_large_a_file_is_refused_naming_the_limit(
        self, world: World, file_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(world.installation.settings, "upload_bytes", 2 * 1024 * 1024)
        with pytest.raises(InvalidError) as caught:
            bring(world, file_id, PDF + b"x" * (2 * 1024 * 1024))
        assert caught.value.message.values["limit"] == 2

    def test_an_empty_file_and_an_unknown_kind_are_refused(
        self, world: World, file_id: uuid.UUID
    ) -> None:
        with pytest.raises(InvalidError):
            bring(world, file_id, b"")
        with pytest.raises(InvalidError) as caught:
            bring(world, file_id, PDF, kind="gossip")
        assert caught.value.field == "kind"
        assert "medical_record" in KINDS

    def test_with_an_application_only_if_it_is_the_households_own(
        self, world: World, file_id: uuid.UUID
    ) -> None:
        with (
            pytest.raises(NotFoundError),
            acting(world.installation, world.tree.city_a, world.clerk) as ctx,
        ):
            add_evidence(ctx, file_id, kind="other", filename="x", data=PDF,
                         application_id=uuid.uuid4())  # fmt: skip

    def test_not_to_a_file_of_another_unit(self, world: World, file_id: uuid.UUID) -> None:
        with pytest.raises(NotFoundError):
            bring(world, file_id, PDF, actor=world.other_clerk)

    def test_bringing_and_opening_stand_in_the_trail(
        self, world: World, file_id: uuid.UUID
    ) -> None:
        paper_id = bring(world, file_id, PNG)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            open_evidence(ctx, paper_id)
        with world.installation.system(world.tree.city_a) as ctx:
            query = select(AuditRecord).where(AuditRecord.object_id == paper_id)
            added, opened = ctx.session.scalars(query.order_by(AuditRecord.id))
        assert (added.event, opened.event) == ("evidence.added", "evidence.opened")
        assert added.after["sha256"] == hashlib.sha256(PNG).hexdigest()
        assert opened.actor_id == world.clerk.person_id


class TestOpening:
    @pytest.mark.parametrize("role", sorted(UNION_ROLES))
    def test_only_those_who_work_on_files_open_papers(
        self, world: World, file_id: uuid.UUID, role: str
    ) -> None:
        paper_id = bring(world, file_id, PDF)
        someone = hire(world.installation, world.tree.city_a, role, unit=GRASSROOTS)
        with acting(world.installation, world.tree.city_a, someone) as ctx:
            if role in ("clerk", "investigator", "reviewer", "approver"):
                assert open_evidence(ctx, paper_id)[1] == PDF
            else:
                with pytest.raises((ForbiddenError, NotFoundError)):
                    open_evidence(ctx, paper_id)

    def test_not_from_another_unit(self, world: World, file_id: uuid.UUID) -> None:
        paper_id = bring(world, file_id, PDF)
        elsewhere = hire(world.installation, world.tree.city_a, "clerk", unit=ELSEWHERE)
        with (
            pytest.raises(NotFoundError),
            acting(world.installation, world.tree.city_a, elsewhere) as ctx,
        ):
            open_evidence(ctx, paper_id)

    @pytest.mark.parametrize("role", ["supervisor", "approver"])
    def test_the_province_reads_files_but_no_papers(
        self, world: World, file_id: uuid.UUID, role: str
    ) -> None:
        paper_id = bring(world, file_id, PDF)
        above = hire(world.installation, world.tree.province, role)
        with acting(world.installation, world.tree.city_a, above) as ctx:
            assert read_household(ctx, file_id).data["head_name"]
            with pytest.raises(ForbiddenError):
                open_evidence(ctx, paper_id)

    def test_a_paper_altered_on_disk_is_not_shown(self, world: World, file_id: uuid.UUID) -> None:
        paper_id = bring(world, file_id, PDF)
        with world.installation.system(world.tree.city_a) as ctx:
            key = ctx.session.get_one(Evidence, (ctx.tenant_id, paper_id)).storage_key
        (world.installation.settings.storage / key).write_bytes(PDF + b"altered")
        with (
            pytest.raises(UnavailableError),
            acting(world.installation, world.tree.city_a, world.clerk) as ctx,
        ):
            open_evidence(ctx, paper_id)
