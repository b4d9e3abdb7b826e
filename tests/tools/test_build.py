"""build.mjs: hashed names, compressed texts, only the icons in use, and faults named by file and line."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.preparation import _node

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one style, two pages that share a module, an image and two icons."""
    for name in ("build.mjs", "package.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    sources = {
        "scss/app.scss": '$c: maroon;\n@font-face { font-family: P; src: url("fonts/plus-jakarta-sans.woff2") }\n'
        'a { color: $c; background: url("img/mark.svg"); &:hover { color: red } }\n',
        "scss/_part.scss": "b { color: red }",
        "js/app.js": 'import { say } from "./say.js";\nsay(document.body?.title ?? "none");\n',
        "js/say.js": "export const say = (word) => { document.title = word; };\n",
        "js/pages/board.js": 'import { say } from "../say.js";\nsay("board");\n',
        "img/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        "icons.txt": "gear   # settings\npeople\n",
    }
    for name, text in sources.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def build(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_node(), project / "build.mjs"], check=False, capture_output=True, text=True)


def manifest(project: Path) -> dict[str, str]:
    return json.loads((project / "static/dist/manifest.json").read_text(encoding="utf-8"))


def output(project: Path, name: str) -> str:
    return (project / "static/dist" / manifest(project)[name]).read_text(encoding="utf-8")


def test_every_output_stands_in_the_manifest_with_its_hash(project: Path) -> None:
    assert build(project).returncode == 0
    built = manifest(project)
    assert list(built) == [
        "app.css",
        "fonts/plus-jakarta-sans-italic.woff2",
        "fonts/plus-jakarta-sans.woff2",
        "icons.svg",
        "img/mark.svg",
        "js/app.js",
        "js/pages/board.js",
        "wasm/zxing-reader.wasm",
    ]
    assert [name for name, hashed in built.items() if not re.search(r"-[0-9A-Z]{8}\.\w+$", hashed)] == []
    assert [hashed for hashed in built.values() if not (project / "static/dist" / hashed).is_file()] == []
    assert (project / "static/dist/fonts/DejaVuSans.ttf").stat().st_size > 700_000


def test_styles_point_at_hashed_files_and_are_compressed(project: Path) -> None:
    build(project)
    style = output(project, "app.css")
    assert f"url({manifest(project)['img/mark.svg']})" in style
    assert f"url({manifest(project)['fonts/plus-jakarta-sans.woff2']})" in style
    packed = project / "static/dist" / f"{manifest(project)['app.css']}.gz"
    assert gzip.decompress(packed.read_bytes()).decode() == style


def test_scripts_share_modules_and_suit_old_phones(project: Path) -> None:
    build(project)
    script = output(project, "js/app.js")
    assert re.search(r'from"\./chunks/[\w-]+\.js"', script)
    assert "?." not in script
    assert "??" not in script


def test_the_sprite_holds_the_icons_in_use_alone(project: Path) -> None:
    build(project)
    assert re.findall(r'<symbol id="([\w-]+)"', output(project, "icons.svg")) == ["gear", "people"]


def test_the_same_sources_give_the_same_build(project: Path) -> None:
    build(project)
    first = manifest(project)
    build(project)
    assert manifest(project) == first


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("icons.txt", "no-such-icon\n", 'static/icons.txt: bootstrap-icons has no icon "no-such-icon"'),
        ("js/pages/board.js", "let a = ;\n", 'static/js/pages/board.js:1:8: Unexpected ";"'),
        ("scss/app.scss", "a { color: $none }\n", "Undefined variable."),
        ("scss/app.scss", 'a { background: url("img/none.svg") }\n', 'url("img/none.svg"): no such file in the build'),
    ],
)
def test_a_fault_is_named_and_the_old_build_stays(project: Path, name: str, text: str, sentence: str) -> None:
    build(project)
    before = manifest(project)
    (project / "static" / name).write_text(text, encoding="utf-8")
    done = build(project)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "    at " not in done.stderr
    assert manifest(project) == before


def test_icons_that_pages_name_are_in_the_sprite() -> None:
    sprite = {
        line.partition("#")[0].strip() for line in (ROOT / "static/icons.txt").read_text(encoding="utf-8").splitlines()
    }
    templates = (ROOT / "templates").rglob("*.html")
    named = {
        name for path in templates for name in re.findall(r"\bicon\('([a-z0-9-]+)'", path.read_text(encoding="utf-8"))
    }
    assert named - sprite == set()
