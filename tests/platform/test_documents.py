"""What the documents list is what there is."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from sentinel.access.models import Kind
from sentinel.cli import COMMANDS
from sentinel.foundation.env import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text()
ACCESS = (ROOT / "docs" / "access.md").read_text()
# Other programs' variables, which the page mentions.
NOT_OURS = {"PGOPTIONS"}


def rows(heading: str) -> dict[str, list[str]]:
    """The table under a heading: the first cell and the others."""
    part = DEPENDENCIES.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].lower(): row[1:] for row in cells}


def wanted(name: str) -> dict[str, str | None]:
    """The packages that a requirements file names, with their versions where it gives them."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?(?:==(\S+))?", line)
        if match and not line.startswith(("-", "#")):
            found[match[1].lower()] = match[2]
    return found


def locked(name: str) -> dict[str, str]:
    """The versions that a lock file pins."""
    return {
        match[1].lower(): match[2]
        for match in re.finditer(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / name).read_text(), re.M)
    }


@pytest.mark.parametrize(
    ("heading", "file"),
    [("Python, in use", "requirements"), ("Python, for tests alone", "requirements-test")],
)
def test_every_python_dependency_is_listed_at_the_version_that_is_locked(heading: str, file: str) -> None:
    table, named, lock = rows(heading), wanted(f"{file}.in"), locked(f"{file}.lock")
    assert set(table) == set(named)
    for name, (pinned, licence, why) in table.items():
        assert pinned == lock[name] == version(name), name
        assert named[name] in (None, pinned), name
        assert licence, name
        assert len(why) > 10, name


def test_every_package_of_the_browser_is_listed_at_the_version_that_is_locked() -> None:
    package = json.loads((ROOT / "frontend" / "package.json").read_text())
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    table = rows("In the browser")
    assert set(table) == set(package["dependencies"])
    for name, (pinned, licence, _) in table.items():
        assert pinned == lock[f"node_modules/{name}"]["version"], name
        assert licence == lock[f"node_modules/{name}"]["license"], name
    for name in package["devDependencies"]:
        pinned = lock[f"node_modules/{name}"]["version"]
        assert f"{name} {pinned} (" in DEPENDENCIES, name


def test_every_vendored_file_is_of_a_listed_package() -> None:
    axe = (ROOT / "tests" / "web" / "vendor" / "axe.min.js").read_text(errors="replace")[:200]
    assert re.search(r"axe v([\d.]+)", axe)[1] in DEPENDENCIES  # type: ignore[index]
    htmx = (ROOT / "src" / "sentinel" / "web" / "static" / "sentinel" / "htmx.min.js").read_text()
    assert f'version:"{rows("In the browser")["htmx.org"][0]}"' in htmx


def test_every_setting_is_described_and_no_other() -> None:
    table = OPERATIONS.split("\n## Settings\n")[1].split("\n## ")[0]
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.M))
    assert described == {one.name for one in VARIABLES}
    mentioned = set(re.findall(r"\b(?:SENTINEL|DATABASE|PG)_?[A-Z_]+\b", OPERATIONS))
    assert mentioned - described - NOT_OURS == set()


def test_a_settings_default_is_the_one_described() -> None:
    for one in VARIABLES:
        row = re.search(rf"^\| `{one.name}` \|.*\| (.*) \|$", OPERATIONS, re.M)
        assert row, one.name
        if one.default is not None:
            assert row[1] == f"`{one.default}`", one.name


def test_every_command_of_the_page_exists() -> None:
    named = set(re.findall(r"\bsentinel ([a-z-]+)", OPERATIONS))
    assert named & set(COMMANDS) >= {
        "run",
        "worker",
        "migrate",
        "prepare",
        "check",
        "agency",
        "agreement",
        "user",
        "import",
        "audit",
    }
    in_code = set(re.findall(r"`sentinel ([a-z-]+)|^sentinel ([a-z-]+)", OPERATIONS, re.M))
    assert {one or other for one, other in in_code} <= set(COMMANDS)


def test_every_decision_is_in_the_index_under_its_number_and_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    for path in sorted(folder.glob("0*.md")):
        number, _, title = path.read_text().splitlines()[0].removeprefix("# ").partition(". ")
        assert int(path.name[:4]) == int(number)
        assert f"| [{path.name[:4]}]({path.name}) | {title} |" in index, path.name


def test_what_writes_the_reach_of_others_is_listed_and_nothing_else() -> None:
    """Each function of the database that changes a line of access_reach, and the trigger that sets one as it is written."""
    writing = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) access_reach\b|^\s*NEW\.shelf :=", re.M)
    written = set()
    for path in (ROOT / "src").rglob("*.sql"):
        for body in re.split(r"^CREATE OR REPLACE FUNCTION ", path.read_text(), flags=re.M)[1:]:
            if writing.search(body):
                written.add(re.match(r"\w+", body)[0])  # type: ignore[index]
    table = ACCESS.split("| what writes it |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) == written


def test_every_kind_of_record_is_described() -> None:
    table = ACCESS.split("| kind of record |")[1].split("\n\n")[0]
    named = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]
    assert named == [kind.label for kind in Kind]
