"""Two promises about the whole house: what changes something tells of it, and each room's migrations are one line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

import sentinel

ROOT = Path(sentinel.__file__).parent
# What writes down that something was done: a line of a record's timeline, or, where there is no record, of the audit.
TELLS = {
    ("sentinel.foundation.events", "raise_event"),
    ("sentinel.accounts.events", "raise_account_event"),
    ("sentinel.audit.operations", "note"),
    ("sentinel.audit.operations", "note_all"),
}
# Operations that are a part of another one's transaction, or that no person asked for; each with its reason.
SILENT = {
    "access.operations.open_record": "the first step of taking a report or opening a case, which raise their own",
    "access.operations.open_shared": "the first step of what it is opened for, which raises its own and fills the ledger",
    "access.operations.settle_summaries": "a step of marking a case and of taking the mark off, which raise their own",
    "access.operations.make_audience": "a step of whatever is guarded by it",
    "cases.operations.notes.audience_of": "a step of adding a note or a file",
    **dict.fromkeys(
        (
            "matching.steward.operations.compare_by_hand",
            "matching.steward.operations.heard",
        ),
        "puts a pair into the stewards' queue, which is itself what is told; what is decided of it raises its own",
    ),
    "places.operations.find_or_make_place": "a place has no record; a step of whatever happened there",
    "places.operations.place_of_choice": "a place has no record; a step of whatever happened there",
    "places.operations.street_place": "a place has no record; a step of whatever happened there",
    "partnership.referrals.operations.answering.answer_referral": "its event goes into a case that the receiver does not reach: the database"
    " writes it (partnership_answer)",
    "partnership.referrals.operations.answering.silence_referrals": "a step of protecting an identity, which raises its own",
    **dict.fromkeys(
        (
            "risk.high.operations.telling.acknowledge",
            "risk.high.operations.markers.answer_marker",
            "risk.high.operations.markers.take_marker_off",
        ),
        "its event goes into a case that who was told, or the control room, need not reach: the database writes it (risk_high_said)",
    ),
    "risk.operations.recount": "works the band out anew from what other operations told",
    "risk.operations.recount_record": "works the band out anew from what other operations told",
    "care.operations.refresh_due": "works the next contact out anew from what other operations told",
}


@dataclass
class Module:
    """One file: its functions, and what its names stand for."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)


def dotted(path: Path) -> str:
    """The module's name."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=1)
def modules() -> dict[str, Module]:
    """Every module of Sentinel."""
    found = {}
    for path in ROOT.rglob("*.py"):
        tree, made = ast.parse(path.read_text()), Module()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                made.functions.setdefault(node.name, node)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    made.names[one.asname or one.name] = (node.module, one.name)
        found[dotted(path)] = made
    return found


def resolved(module: str, name: str) -> tuple[str, str] | None:
    """Where a name of a module was made, through what packages pass on."""
    for _ in range(5):
        here = modules().get(module)
        if here is None or name in here.functions:
            return (module, name) if here else None
        if name not in here.names:
            return None
        module, name = here.names[name]
    return None


def called(module: str, function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The functions of Sentinel that one calls."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        found = None
        if isinstance(node.func, ast.Name):
            found = resolved(module, node.func.id)
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            package = modules()[module].names.get(node.func.value.id)
            if package:
                found = resolved(".".join(package), node.func.attr)
        if found:
            yield found


def tells(module: str, name: str, seen: set[tuple[str, str]]) -> bool:
    """Whether a function, or what it calls, writes down that something was done."""
    if (module, name) in TELLS:
        return True
    if (module, name) in seen:
        return False
    seen.add((module, name))
    return any(tells(*one, seen) for one in called(module, modules()[module].functions[name]))


def operations() -> Iterator[tuple[str, str]]:
    """What changes something: public functions of a room's operations that take actor and now by name."""
    for module, held in modules().items():
        if "operations" not in module.split("."):
            continue
        for name, node in held.functions.items():
            if not name.startswith("_") and {"actor", "now"} <= {one.arg for one in node.args.kwonlyargs}:
                yield module, name


def test_every_operation_tells_what_was_done() -> None:
    every = list(operations())
    assert len(every) > 60
    silent = {
        f"{module}.{name}".removeprefix("sentinel.")
        for module, name in every
        if not tells(module, name, set())
    }
    assert silent - SILENT.keys() == set(), "these change something and tell nobody"


def test_no_reason_is_given_for_what_does_tell_or_is_gone() -> None:
    silent = {
        f"{module}.{name}".removeprefix("sentinel.")
        for module, name in operations()
        if not tells(module, name, set())
    }
    assert SILENT.keys() - silent == set()


def test_the_check_finds_an_operation_that_tells_nobody() -> None:
    made = Module(functions={"change": ast.parse("def change(*, actor, now): now.save()").body[0]})  # type: ignore[dict-item]
    modules()["sentinel.made.operations"] = made
    try:
        assert not tells("sentinel.made.operations", "change", set())
        assert ("sentinel.made.operations", "change") in set(operations())
    finally:
        del modules()["sentinel.made.operations"]


def test_each_rooms_migrations_are_one_line() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {label for label, _ in loader.disk_migrations or {} if (ROOT / label).is_dir()}
    assert len(ours) > 10
    for label in sorted(ours):
        assert len(loader.graph.leaf_nodes(label)) == 1, label
        for key in [one for one in loader.graph.nodes if one[0] == label]:
            children = [child for child in loader.graph.node_map[key].children if child.key[0] == label]
            assert len(children) <= 1, key


def test_no_model_has_changed_without_a_migration(django_db_setup: None, django_db_blocker) -> None:
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
