"""Fetching uv with nothing but Python: from a real index page served on this machine."""

from __future__ import annotations

import base64
import hashlib
import io
import platform
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.local import bootstrap
from deploy.local.places import PROJECT

NAME = "uv-9.9.9-py3-none-any.whl"


class Handler(SimpleHTTPRequestHandler):
    """Serves files, with a password where the server has one."""

    def do_GET(self) -> None:
        wanted = getattr(self.server, "password", "")
        if wanted and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="index"')
            self.end_headers()
            return
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


def wheel() -> bytes:
    """Return a wheel that carries a program called uv."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("uv-9.9.9.data/scripts/uv", "#!/bin/sh\necho uv 9.9.9\n")
        archive.writestr("uv/__init__.py", "")
        archive.writestr("uv-9.9.9.data/scripts/../../escaped", "no")
    return content.getvalue()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A package index on this machine, which the environment names, with a wheel pinned here."""
    page = tmp_path / "index" / "uv"
    page.mkdir(parents=True)
    (page / NAME).write_bytes(wheel())
    links = (
        f'<a href="../uv/{NAME}#sha256=0">{NAME}</a> <a href="uv-1.0.tar.gz">old</a> <a>none</a>'
    )
    (page / "index.html").write_text(links)
    handler = partial(Handler, directory=str(tmp_path / "index"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{server.server_port}/")
    pin(monkeypatch, hashlib.sha256(wheel()).hexdigest())
    yield server
    server.shutdown()
    server.server_close()


def pin(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    """Pin the wheel for this machine."""
    library = "glibc" if platform.libc_ver()[0] == "glibc" else ""
    machine = (platform.system(), platform.machine(), library)
    monkeypatch.setattr(bootstrap, "WHEELS", {machine: (NAME, digest)})


def test_the_pinned_uv_is_fetched_and_runs(index: ThreadingHTTPServer, tmp_path: Path) -> None:
    program = bootstrap.obtain(tmp_path / "tools")
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
    assert subprocess.run([program], check=True, capture_output=True).stdout == b"uv 9.9.9\n"


def test_nothing_but_programs_is_unpacked(index: ThreadingHTTPServer, tmp_path: Path) -> None:
    bootstrap.obtain(tmp_path / "tools")
    assert [path.name for path in (tmp_path / "tools").iterdir()] == ["uv"]
    assert not list(tmp_path.rglob("escaped"))


def test_another_file_under_the_same_name_is_refused(
    index: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin(monkeypatch, "0" * 64)
    with pytest.raises(bootstrap.BootstrapError, match="SHA-256 differs"):
        bootstrap.obtain(tmp_path / "tools")
    assert not (tmp_path / "tools").exists()


def test_an_index_without_the_file_is_named(
    index: ThreadingHTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index" / "uv" / "index.html").write_text("<html></html>")
    assert bootstrap.main([str(tmp_path / "tools")]) == 1
    assert f"does not offer {NAME}" in capsys.readouterr().err


def test_an_index_out_of_reach_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9")
    assert bootstrap.main([str(tmp_path / "tools")]) == 1
    assert "uv cannot be fetched" in capsys.readouterr().err


def test_an_index_with_a_password_gets_it(
    index: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.password = "Basic " + base64.b64encode(b"reader:p@ss").decode()  # type: ignore[attr-defined]
    address = f"http://reader:p%40ss@127.0.0.1:{index.server_port}"
    monkeypatch.setenv("UV_DEFAULT_INDEX", address)
    assert bootstrap.obtain(tmp_path / "tools").name == "uv"


def test_an_address_that_is_no_web_address_is_refused() -> None:
    with pytest.raises(bootstrap.BootstrapError, match="not a web address"):
        bootstrap.fetch("file:///etc/passwd")


def test_a_machine_nothing_is_pinned_for_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "WHEELS", {})
    with pytest.raises(bootstrap.BootstrapError, match=platform.machine()):
        bootstrap.obtain(tmp_path)


def test_the_index_is_the_environments_before_pips_before_pypi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*bootstrap.INDEX_VARIABLES, "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "pip.conf"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    settings.write_text("[global]\nindex-url = https://mirror.example/simple/\n")
    assert bootstrap.find_index() == "https://mirror.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://nearer.example/simple")
    assert bootstrap.find_index() == "https://nearer.example/simple"


def test_pips_own_file_in_the_home_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("PIP_CONFIG_FILE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".config" / "pip").mkdir(parents=True)
    (tmp_path / ".config" / "pip" / "pip.conf").write_text("[install]\nindex-url = https://home/\n")
    assert bootstrap.pip_setting("index-url") == "https://home/"


def test_a_broken_pip_file_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "pip.conf"
    broken.write_bytes(b"no section\n\xff")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(broken))
    assert bootstrap.pip_setting("no-such-setting") == ""


def test_it_runs_as_a_script_of_an_isolated_python() -> None:
    script = PROJECT / "deploy" / "local" / "bootstrap.py"
    answer = subprocess.run(
        [sys.executable, "-I", "-S", script], check=False, capture_output=True, text=True
    )
    assert answer.returncode == 2
    assert "standard library" in answer.stderr


def test_every_pinned_wheel_is_of_the_pinned_version() -> None:
    for name, digest in bootstrap.WHEELS.values():
        assert name.startswith(f"uv-{bootstrap.VERSION}-")
        assert len(bytes.fromhex(digest)) == 32
