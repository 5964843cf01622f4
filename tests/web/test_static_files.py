"""The built files: small, complete, from nobody else's host, and without what the policy forbids."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

import sentinel.web

STATIC = Path(sentinel.web.__file__).parent / "static" / "sentinel"
ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
FIRST_VISIT = ("sentinel.css", "sentinel.js", "js-enabled.js", "htmx.min.js")


def gzipped(path: Path) -> int:
    """The file's bytes over the wire."""
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_first_visit_stays_under_150_kb() -> None:
    fonts = sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2"))
    page = 12_000  # a long page, compressed
    assert fonts + page + sum(gzipped(STATIC / name) for name in FIRST_VISIT) < 150_000


def test_the_stylesheet_stays_small() -> None:
    assert gzipped(STATIC / "sentinel.css") < 20_000


@pytest.mark.parametrize("name", ["sentinel.css", "map.css"])
def test_a_stylesheet_fetches_only_files_that_are_there(name: str) -> None:
    for address in re.findall(r"url\(([^)]*)\)", (STATIC / name).read_text()):
        assert (STATIC / address.strip("\"'")).is_file()


def test_every_file_that_a_template_names_is_there() -> None:
    templates = Path(sentinel.web.__file__).parent / "jinja2"
    named = {
        found
        for path in templates.rglob("*.html")
        for found in re.findall(r"static\('sentinel/([^']+)'\)", path.read_text())
    }
    assert len(named) >= 6
    assert [name for name in sorted(named) if not (STATIC / name).is_file()] == []


def used_classes() -> set[str]:
    """Our classes that templates, Python and scripts name; one put together there ends in two dashes."""
    files = [path for kind in ("html", "py") for path in (ROOT / "src" / "sentinel").rglob(f"*.{kind}")]
    files += (FRONTEND / "js").glob("*.js")
    return {name for path in files for name in re.findall(r"(?<![\w-])s-[a-z][\w-]*", path.read_text())}


def defined_classes() -> set[str]:
    """Our classes that the built stylesheets say something about."""
    return {
        name for path in STATIC.glob("*.css") for name in re.findall(r"\.(s-[a-z][\w-]*)", path.read_text())
    }


def test_every_class_that_is_used_is_defined() -> None:
    defined = defined_classes()
    used = used_classes()
    assert len(used) > 100
    assert [
        name
        for name in sorted(used - defined)
        if not (name.endswith("--") and any(one.startswith(name) for one in defined))
    ] == []


def test_every_class_that_is_defined_is_used() -> None:
    used = used_classes()
    put_together = tuple(name for name in used if name.endswith("--"))
    assert [name for name in sorted(defined_classes() - used) if not name.startswith(put_together)] == []


def test_no_crown_no_gov_uk_typeface() -> None:
    css = (STATIC / "sentinel.css").read_text()
    assert "GDS Transport" not in css
    assert "crown" not in css.lower()
    assert "Atkinson Hyperlegible Next" in css


def test_the_typeface_comes_with_its_licence_and_shows_text_at_once() -> None:
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "LICENSE").read_text().upper()
    css = (STATIC / "sentinel.css").read_text()
    assert css.count("@font-face") == css.count("font-display:swap") == 2


def test_our_javascript_neither_evaluates_nor_keeps_anything_in_the_browser() -> None:
    for name in ("sentinel.js", "map.js"):
        code = (STATIC / name).read_text()
        assert "new Function(" not in code
        assert "eval(" not in code
    for source in (FRONTEND / "js").glob("*.js"):
        words = source.read_text()
        for kept in ("localStorage", "sessionStorage", "document.cookie", "innerHTML"):
            assert kept not in words, source.name


def test_the_lock_names_no_registry() -> None:
    lock = (FRONTEND / "package-lock.json").read_text()
    assert "http" not in re.sub(r'"(url|funding|license|integrity)": "[^"]*"', "", lock)
    assert '"resolved"' not in lock


def test_govuk_frontend_is_the_version_that_the_macros_were_made_for() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text())["dependencies"]
    assert wanted["govuk-frontend"] == "6.3.0"
    assert wanted["htmx.org"] == "2.0.11"
    assert wanted["leaflet"] == "1.9.4"


def test_the_colours_of_text_can_be_read_on_their_grounds() -> None:
    def channel(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    def light(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)

    pairs = [
        ("#ffffff", "#14213d"), ("#c9d1de", "#14213d"), ("#505a63", "#ffffff"), ("#505a63", "#f4f6f8"),
        ("#1a4f8b", "#ffffff"), ("#1a4f8b", "#f4f6f8"), ("#a4161a", "#ffffff"), ("#a4161a", "#f4f6f8"),
        ("#ffffff", "#a4161a"), ("#5c3c00", "#fff4d6"), ("#124a36", "#e3f3ec"), ("#4c1c69", "#f3eaf9"),
        ("#5b666f", "#ffffff"), ("#1f6b4d", "#ffffff"), ("#4a3000", "#fff4d6"),
    ]  # fmt: skip
    for text, ground in pairs:
        darker, lighter = sorted((light(text), light(ground)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)
