"""Style sheets, scripts and pictures: from ``static/`` to hashed, compressed files that browsers may keep for ever.

All builds share one folder of content-hashed files; a manifest, named by the digest of the sources, is written last.
So two processes may build at once, and pages that were rendered before an upgrade still find their files.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Final

import brotli
import structlog
from flask import Flask
from whitenoise import WhiteNoise

from outreach.config import Settings

SOURCE: Final = Path(__file__).parent.parent.parent / "static"
URL_PREFIX: Final = "/static/"
#: Each bundle of style sheets with the list of its files, a name a line, in their order.
BUNDLES: Final = {"css/site.css": "css/bundle.txt", "css/admin.css": "css/admin_bundle.txt"}
COMPRESSED_SUFFIXES: Final = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".txt", ".ico"})
#: Raised when the same sources must give other files.
FORMAT: Final = "1"
KEPT_BUILDS: Final = 5
HASH_LENGTH: Final = 12
#: Younger files may belong to a build that has no manifest yet.
UNFINISHED_SECONDS: Final = 3600

_CSS_URL = re.compile(r"""url\(\s*["']?(?!data:|/|#)([^"')]+?)["']?\s*\)""")
_JS_IMPORT = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*)(["'])(\.{1,2}/[^"']+)\2""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

log = structlog.get_logger("outreach.assets")


class AssetMissing(LookupError):
    """A template or a source names a file that ``static/`` does not have."""


class Build:
    """One pass over the sources. ``names`` maps a source's name to its hashed name as it is finished."""

    def __init__(self, source: Path, target: Path) -> None:
        self.source = source
        self.target = target
        self.names: dict[str, str] = {}
        self.open: list[str] = []

    def run(self) -> dict[str, str]:
        for path in _files(self.source):
            name = path.relative_to(self.source).as_posix()
            if path.suffix != ".css" and name not in BUNDLES.values():
                self.finished(name)
        for bundle, listing in BUNDLES.items():
            if (self.source / listing).exists():
                self._add(bundle, self._bundle(listing).encode())
        return self.names

    def finished(self, name: str) -> str:
        """The hashed name of a source; whatever it refers to is built first."""
        if name not in self.names:
            path = self.source / name
            if not path.is_file():
                raise AssetMissing(f"static/{name}, named by {self.open[-1] if self.open else 'a template'}")
            if name in self.open:
                raise AssetMissing(f"static/{name} imports itself by way of {self.open[-1]}")
            self.open.append(name)
            self._add(name, self._script(name) if path.suffix == ".js" else path.read_bytes())
            self.open.pop()
        return self.names[name]

    def _bundle(self, listing: str) -> str:
        listed = (self.source / listing).read_text(encoding="utf-8").split()
        self.open.append(listing)
        sheets = [self._sheet(f"css/{name}") for name in listed]
        self.open.pop()
        return "\n".join(sheets)

    def _sheet(self, name: str) -> str:
        path = self.source / name
        if not path.is_file():
            raise AssetMissing(f"static/{name}, named by {self.open[-1]}")
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        text = _CSS_URL.sub(lambda match: f'url("{self._address(name, match[1])}")', text)
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())

    def _script(self, name: str) -> bytes:
        text = (self.source / name).read_text(encoding="utf-8")
        return _JS_IMPORT.sub(
            lambda match: f"{match[1]}{match[2]}{self._address(name, match[3])}{match[2]}", text
        ).encode()

    def _address(self, name: str, reference: str) -> str:
        """The final address of a file that the source ``name`` refers to by a relative path."""
        wanted = os.path.normpath(Path(name).parent / reference)
        return URL_PREFIX + self.finished(Path(wanted).as_posix())

    def _add(self, name: str, content: bytes) -> None:
        path = Path(name)
        digest = sha256(content).hexdigest()[:HASH_LENGTH]
        hashed = path.with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()
        _write(self.target / hashed, content)
        if path.suffix in COMPRESSED_SUFFIXES:
            _write(self.target / f"{hashed}.br", bytes(brotli.compress(content)))
            _write(self.target / f"{hashed}.gz", gzip.compress(content, mtime=0))
        self.names[name] = hashed


def _files(folder: Path) -> list[Path]:
    """All files below a folder in a fixed order, without what editors and systems leave behind."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _write(path: Path, content: bytes) -> None:
    """Write in one step; a file of this name already has this content, and counts as new from now on."""
    if path.exists():
        path.touch()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_bytes(content)
    draft.replace(path)


def digest_of(source: Path) -> str:
    """What the sources are: every name and content."""
    total = sha256(FORMAT.encode())
    for path in _files(source):
        content = path.read_bytes()
        total.update(f"{path.relative_to(source).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:16]


def build(source: Path, folder: Path) -> dict[str, str]:
    """Build what is not built yet and return the manifest: name in ``static/`` → hashed name."""
    manifest = folder / f"manifest-{digest_of(source)}.json"
    if not manifest.exists():
        names = Build(source, folder / "files").run()
        _write(manifest, json.dumps(names, indent=1, sort_keys=True).encode())
        log.info("assets_built", files=len(names))
        _remove_old(folder)
    found: dict[str, str] = json.loads(manifest.read_bytes())
    return found


def _remove_old(folder: Path) -> None:
    """Keep the files of the newest builds, and whatever another process may be writing at this moment."""
    manifests = sorted(folder.glob("manifest-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = {name for path in manifests[:KEPT_BUILDS] for name in json.loads(path.read_bytes()).values()}
    for path in manifests[KEPT_BUILDS:]:
        path.unlink(missing_ok=True)
    files = folder / "files"
    for path in _files(files):
        name = path.relative_to(files).as_posix().removesuffix(".br").removesuffix(".gz")
        if name not in kept and time() - path.stat().st_mtime > UNFINISHED_SECONDS:
            path.unlink(missing_ok=True)


def _is_hashed(_path: str, url: str) -> bool:
    return url.startswith(URL_PREFIX)


def init_app(app: Flask, source: Path = SOURCE) -> None:
    """Build if needed, serve the files in front of the application, and give templates ``asset(name)``."""
    settings: Settings = app.config["SETTINGS"]
    folder = settings.data_path / "assets"
    manifest = build(source, folder)
    served = WhiteNoise(app.wsgi_app, allow_all_origins=False, immutable_file_test=_is_hashed, max_age=86400)
    (folder / "files").mkdir(parents=True, exist_ok=True)
    served.add_files(str(folder / "files"), prefix=URL_PREFIX)
    if "img/favicon.ico" in manifest:  # browsers ask for it by this name whatever the page says
        served.add_file_to_dictionary("/favicon.ico", str(folder / "files" / manifest["img/favicon.ico"]))
    app.wsgi_app = served  # type: ignore[method-assign]  # the documented way to add a WSGI layer

    def asset(name: str) -> str:
        """Address of a file of ``static/``; the same in every language."""
        if name not in manifest:
            raise AssetMissing(f"static/{name}, named by a template")
        return URL_PREFIX + manifest[name]

    app.jinja_env.globals["asset"] = asset
