"""Fetches uv, which fetches everything else: for machines that have Python and nothing more.

Run by the system's own Python, so nothing but the standard library is used:
`python3 deploy/local/bootstrap.py DIRECTORY` puts the pinned `uv` there, after checking its
SHA-256; `--index` prints the package index that this machine is set up to use.
"""

from __future__ import annotations

import configparser
import hashlib
import io
import os
import platform
import ssl
import sys
import urllib.parse
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path

VERSION = "0.13.9"
PYPI = "https://pypi.org/simple"
WHEELS = {
    ("Linux", "x86_64", "glibc"): (
        "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("Linux", "aarch64", "glibc"): (
        "uv-0.13.9-py3-none-manylinux_2_28_aarch64.whl",
        "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    ),
    ("Linux", "x86_64", ""): (
        "uv-0.13.9-py3-none-musllinux_1_1_x86_64.whl",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    ("Darwin", "x86_64", ""): (
        "uv-0.13.9-py3-none-macosx_10_12_x86_64.whl",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    ("Darwin", "arm64", ""): (
        "uv-0.13.9-py3-none-macosx_11_0_arm64.whl",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class BootstrapError(Exception):
    """The pinned uv cannot be had; the message says why."""


def pip_setting(name: str) -> str:
    """Return a setting out of pip's configuration files, the nearest file first."""
    parser = configparser.ConfigParser(interpolation=None)
    home = Path(os.environ.get("HOME", "/nonexistent"))
    files = [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf"), home / ".pip/pip.conf"]
    files.append(Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip/pip.conf")
    files.append(Path(os.environ.get("PIP_CONFIG_FILE", os.devnull)))
    for file in files:
        try:
            parser.read(file, encoding="utf-8")
        except (OSError, configparser.Error, UnicodeError):
            continue
    sections = ("install", "global")
    return next((parser[s][name] for s in sections if parser.has_option(s, name)), "")


def find_index() -> str:
    """Return the package index to use: the environment's, pip's, or PyPI."""
    given = [os.environ.get(name, "") for name in INDEX_VARIABLES]
    return next(filter(None, [*given, pip_setting("index-url")]), PYPI).rstrip("/")


def trust() -> ssl.SSLContext:
    """Return the certificates to trust: those named to us, else the system's."""
    given = [os.environ.get(name, "") for name in CERTIFICATE_VARIABLES]
    files = [name for name in [*given, pip_setting("cert")] if name and Path(name).is_file()]
    return ssl.create_default_context(cafile=files[0] if files else None)


def fetch(address: str) -> bytes:
    """Return what lies at an address; user and password in it are sent as basic authentication."""
    parts = urllib.parse.urlsplit(address)
    if parts.scheme not in ("https", "http"):
        raise BootstrapError(f"not a web address: {address}")
    host = parts.netloc.rpartition("@")[2]
    passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
    if parts.username:
        user, password = (urllib.parse.unquote(x or "") for x in (parts.username, parts.password))
        passwords.add_password(None, f"{parts.scheme}://{host}", user, password, True)
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trust()),
        urllib.request.HTTPBasicAuthHandler(passwords),
    )
    with opener.open(parts._replace(netloc=host).geturl(), timeout=120) as answer:
        content: bytes = answer.read()
    return content


class Links(HTMLParser):
    """Collects the addresses of an index page by file name."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the target of a link."""
        target = dict(attrs).get("href") if tag == "a" else None
        if target:
            address = urllib.parse.urldefrag(urllib.parse.urljoin(self.base, target)).url
            self.found[urllib.parse.unquote(address.rsplit("/", 1)[-1])] = address


def find_address(index: str, file: str) -> str:
    """Return where the index keeps a file; `BootstrapError` when it has none of that name."""
    page = f"{index}/uv/"
    links = Links(page)
    links.feed(fetch(page).decode("utf-8", "replace"))
    if file not in links.found:
        raise BootstrapError(f"{page} does not offer {file}")
    return _with_password_of(index, links.found[file])


def _with_password_of(index: str, address: str) -> str:
    known, target = urllib.parse.urlsplit(index), urllib.parse.urlsplit(address)
    if not known.username or known.hostname != target.hostname:
        return address
    return target._replace(netloc=known.netloc).geturl()


def obtain(directory: Path) -> Path:
    """Put `uv` and `uvx` into a directory and return the path of `uv`."""
    library = "glibc" if platform.libc_ver()[0] == "glibc" else ""
    machine = (platform.system(), platform.machine(), library)
    if machine not in WHEELS:
        raise BootstrapError(f"no uv is pinned for {' '.join(machine)}")
    name, digest = WHEELS[machine]
    content = fetch(find_address(find_index(), name))
    if hashlib.sha256(content).hexdigest() != digest:
        raise BootstrapError(f"{name} is not the file it should be (SHA-256 differs)")
    return unpack(content, directory)


def unpack(content: bytes, directory: Path) -> Path:
    """Unpack the programs of a uv wheel."""
    directory.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        for member in wheel.namelist():
            folder, _, program = member.rpartition("/")
            if folder.endswith(".data/scripts"):
                fresh = directory / f"{program}.new"
                fresh.write_bytes(wheel.read(member))
                fresh.chmod(0o755)
                fresh.rename(directory / program)
    return directory / "uv"


def main(arguments: list[str]) -> int:
    """Do what the command line asks; 0 done, 1 impossible, 2 misuse."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(find_index() if arguments[0] == "--index" else obtain(Path(arguments[0])))
    except (BootstrapError, OSError, zipfile.BadZipFile) as error:
        print(f"uv cannot be fetched: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
