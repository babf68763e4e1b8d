"""Static files: hashed names, references that follow them, and builds that cannot harm each other."""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import pytest
from flask import Flask

from outreach.core import assets
from outreach.core.assets import AssetMissing, build
from tests.sites import SiteMaker


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small ``static`` folder with every kind of reference."""
    files = {
        "css/bundle.txt": "tokens.css\nbase.css\n",
        "css/tokens.css": "/* colours */\n:root { --water: teal; }\n",
        "css/base.css": "body { background: url(../img/drop.svg) }\n.a { mask: url('data:image/svg+xml,x') }\n",
        "js/menu.js": 'import { open } from "./parts/open.js";\nopen();\n',
        "js/parts/open.js": "export const open = () => 1;\n",
        "img/drop.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
        "img/photo.png": "not compressible",
        "img/.hidden": "left behind by an editor",
    }
    for name, text in files.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "static"


def test_style_sheets_become_one_file_in_the_listed_order_without_comments(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "out")
    text = (tmp_path / "out/files" / names["css/site.css"]).read_text(encoding="utf-8")
    assert text.index("--water") < text.index("body")
    assert "colours" not in text
    assert f'url("/static/{names["img/drop.svg"]}")' in text
    assert "url('data:image/svg+xml,x')" in text


def test_a_script_imports_its_parts_by_their_hashed_names(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "out")
    text = (tmp_path / "out/files" / names["js/menu.js"]).read_text(encoding="utf-8")
    assert f'from "/static/{names["js/parts/open.js"]}"' in text


def test_a_change_in_a_part_changes_the_name_of_what_imports_it(source: Path, tmp_path: Path) -> None:
    before = build(source, tmp_path / "out")
    (source / "js/parts/open.js").write_text("export const open = () => 2;\n", encoding="utf-8")
    after = build(source, tmp_path / "out")
    assert after["js/menu.js"] != before["js/menu.js"]
    assert after["css/site.css"] == before["css/site.css"]
    assert (tmp_path / "out/files" / before["js/menu.js"]).exists(), "pages rendered before still ask for it"


def test_texts_are_compressed_and_pictures_are_not(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "out")
    sheet = tmp_path / "out/files" / names["css/site.css"]
    assert brotli.decompress(Path(f"{sheet}.br").read_bytes()) == sheet.read_bytes()
    assert gzip.decompress(Path(f"{sheet}.gz").read_bytes()) == sheet.read_bytes()
    assert not Path(f"{tmp_path / 'out/files' / names['img/photo.png']}.br").exists()
    assert "img/.hidden" not in names


def test_the_same_sources_are_not_built_twice(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(source, tmp_path / "out")
    monkeypatch.setattr(assets, "Build", None)
    assert build(source, tmp_path / "out") == first


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("css/bundle.txt", "tokens.css missing.css"),
        ("css/base.css", "body { background: url(../img/missing.svg) }"),
        ("js/menu.js", 'import "./missing.js";'),
        ("js/parts/open.js", 'import "../menu.js";'),
    ],
)
def test_a_reference_to_nothing_or_to_itself_stops_the_build(
    source: Path, tmp_path: Path, name: str, text: str
) -> None:
    (source / name).write_text(text, encoding="utf-8")
    with pytest.raises(AssetMissing):
        build(source, tmp_path / "out")
    assert not list((tmp_path / "out").glob("manifest-*")), "an unfinished build must not count"


def test_builds_at_the_same_time_give_whole_files(source: Path, tmp_path: Path) -> None:
    (source / "img/photo.png").write_bytes(os.urandom(400_000))
    with ThreadPoolExecutor(8) as pool:
        manifests = list(pool.map(lambda _number: build(source, tmp_path / "out"), range(8)))
    assert all(one == manifests[0] for one in manifests)
    files = [path for path in (tmp_path / "out/files").rglob("*") if path.is_file()]
    assert not [path.name for path in files if path.name.startswith(".")]
    photo = tmp_path / "out/files" / manifests[0]["img/photo.png"]
    assert photo.read_bytes() == (source / "img/photo.png").read_bytes()


def test_old_builds_go_but_not_what_may_be_in_the_making(source: Path, tmp_path: Path) -> None:
    old, fresh = tmp_path / "out/files/css/site.0123456789ab.css", tmp_path / "out/files/css/site.ba9876543210.css"
    old.parent.mkdir(parents=True)
    for path in (old, fresh):
        path.write_text("body{}", encoding="utf-8")
    os.utime(old, (time.time() - 2 * assets.UNFINISHED_SECONDS,) * 2)
    for number in range(assets.KEPT_BUILDS + 2):
        (source / "css/tokens.css").write_text(f":root {{ --step: {number}; }}", encoding="utf-8")
        build(source, tmp_path / "out")
    assert len(list((tmp_path / "out").glob("manifest-*"))) == assets.KEPT_BUILDS
    assert fresh.exists()
    assert not old.exists()


@pytest.fixture
def site(make_site: SiteMaker) -> Flask:
    return make_site()


def test_assets_are_served_for_ever_compressed_and_without_a_language(site: Flask) -> None:
    with site.test_request_context("/labels/", environ_overrides={"SCRIPT_NAME": "/en"}):
        address = site.jinja_env.globals["asset"]("css/site.css")
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", address)
    answer = site.test_client().get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert site.test_client().get("/en" + address).status_code == 404


def test_a_template_that_names_no_file_of_static_is_told_so(site: Flask) -> None:
    with pytest.raises(AssetMissing, match=r"static/css/nothing\.css"):
        site.jinja_env.globals["asset"]("css/nothing.css")


def test_the_manifest_is_plain_data(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "out")
    (manifest,) = (tmp_path / "out").glob("manifest-*.json")
    assert json.loads(manifest.read_text(encoding="utf-8")) == names
