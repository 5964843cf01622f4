"""A whole run, as the worker, from the facts to the queue: what it may not use, what it leaves behind, and how it is thrown away."""

from __future__ import annotations

import os
import re
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from sentinel.cases.models import Case
from sentinel.kernel.births import birth_date
from sentinel.kernel.errors import Conflict, NotFound, Refused
from sentinel.matching.batch import run as runs
from sentinel.matching.batch.engines import Settings
from sentinel.matching.batch.folder import Folder, left_over
from sentinel.matching.batch.models import Run
from sentinel.matching.batch.operations import ask_to_throw_away, go_on, throw_away, unfinished
from sentinel.matching.batch.queries import outcome
from sentinel.matching.batch.tasks import forget
from sentinel.matching.batch.told import everybody
from sentinel.matching.hits.silence import mark_silent
from sentinel.matching.steward.models import Suggestion
from sentinel.people.models import PersonBirth, PersonName
from tests.cases.making import a_case
from tests.people.merging import NOOR, PHONES, TODAY, joined, somebody
from tests.support import NOW, PRIYA, acting, signed_in

AsWorker = Callable[[], AbstractContextManager[None]]
SETTINGS = Settings("duckdb", 500, 1)


@contextmanager
def no_bar(words: str, length: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None


def begun(home: Path, **given: Any) -> runs.Work:
    return runs.start(home=home, settings=SETTINGS, begun_by="a test", bar=no_bar, **given)


def told_of() -> tuple[Case, dict[str, Any]]:
    """Ann Lee twice, her twin, two who are one already, and somebody whose identity is protected."""
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        one = {
            "ann": somebody("Annabel Thornleigh", case), "again": somebody("Annabell Thornleigh", case),
            "twin": somebody("Rosemary Thornleigh", case),
            "walt": somebody("Walt Whitfield", case, born="5/6/1961", phone=PHONES[1]),
            "walter": somebody("Walter Whitfield", case, born="5/6/1961", phone=PHONES[1]),
        }  # fmt: skip
        joined(one["walt"], one["walter"])
    return case, one


def pairs_of(run: Run) -> set[frozenset[Any]]:
    return {
        frozenset(pair)
        for pair in Suggestion.objects.filter(proposals__run_id=run.pk, state="open").values_list(
            "first_id", "second_id"
        )
    }


def test_a_run_proposes_who_may_be_one_and_leaves_nothing_but_its_figures(
    as_worker: AsWorker, tmp_path: Path, clean: None
) -> None:
    _, people = told_of()
    with as_worker():
        work = begun(tmp_path)
        counts = runs.work_through(work)
        assert pairs_of(work.run) == {frozenset((people["ann"].pk, people["again"].pk))}, (
            "a twin is somebody else"
        )
        run = Run.objects.get()
    assert run.state == "done"
    assert (counts["persons"], counts["one_already"], counts["merged_not_found"], counts["open"]) == (
        5,
        1,
        0,
        1,
    )
    assert run.weights is not None
    assert run.weights["version"]
    assert run.manifest["extract"]["persons"] == 5
    assert "Thornleigh".lower() not in str(run.manifest).lower() + str(run.counts).lower()
    assert not work.folder.path.exists()
    with transaction.atomic():
        acting(NOOR)
        [shown] = Suggestion.objects.filter(proposals__run_id=run.pk)
        assert ["birth", "exact"] in shown.fields


def test_what_few_may_see_is_never_in_the_extract(
    as_worker: AsWorker, database_urls: dict[str, str], clean: None
) -> None:
    _, people = told_of()
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute(
            "UPDATE people_personbirth SET audience_id = record_id WHERE person_id = %s", [people["ann"].pk]
        )
        superuser.execute(
            "INSERT INTO people_addresslink (id, person_id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing,"
            " retention_class, created_at, version, text, kind, safe_address) SELECT gen_random_uuid(), person_id, record_id, record_id,"
            " origin_agency_id, regime, purpose, source, standing, retention_class, created_at, 1, '9 Hidden Row LE1 9ZZ', 'lives', true"
            " FROM people_personname WHERE person_id = %s",
            [people["twin"].pk],
        )
    with as_worker():
        told = dict(one for some in everybody() for one in some)
    assert told[people["ann"].pk].births == []
    assert told[people["again"].pk].births == ["1955-04-03"]
    assert told[people["twin"].pk].homes == []


def test_what_a_silent_record_tells_is_never_in_the_extract(as_worker: AsWorker, clean: None) -> None:
    case, people = told_of()
    with transaction.atomic():
        other = a_case(acting(PRIYA), title="Another")
        somebody("Ann Lee", other)
        mark_silent(actor=acting(PRIYA), now=NOW, case=case, kind="marac", why="The list of May")
    with as_worker():
        told = dict(one for some in everybody() for one in some)
    assert [one for one in told.values() if one is not None and one.names] == [
        one for person, one in told.items() if person not in {known.pk for known in people.values()}
    ]
    assert len(told) == len(people) + 1


def test_whose_identity_is_protected_is_left_out_altogether(
    as_worker: AsWorker, database_urls: dict[str, str], tmp_path: Path, clean: None
) -> None:
    case, people = told_of()
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute(
            "WITH p AS (INSERT INTO cases_party (id, record_id, case_id, origin_agency_id, regime, purpose, source, standing, retention_class,"
            "  created_at, version, kind, label, description, identity_protected, anonymous_to_us, child_involved, household)"
            "  SELECT gen_random_uuid(), id, id, origin_agency_id, regime, purpose, source, standing, retention_class, created_at, 1, 'person',"
            "  '', '', true, false, false, '' FROM cases_case WHERE id = %s RETURNING *)"
            " INSERT INTO cases_partyidentity (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing, retention_class,"
            "  created_at, version, party_id, person_id, confirmed_how)"
            " SELECT gen_random_uuid(), record_id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class, created_at, 1,"
            "  id, %s, '' FROM p",
            [case.id, people["ann"].pk],
        )
    with as_worker():
        counts = runs.work_through(begun(tmp_path))
    assert counts["persons"] == 4
    assert counts["open"] == 0


def test_a_stopped_run_goes_on_from_its_last_whole_step(
    as_worker: AsWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean: None
) -> None:
    told_of()

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with as_worker():
        work = begun(tmp_path)
        monkeypatch.setattr(runs, "_compare", stopped)
        with pytest.raises(KeyboardInterrupt):
            runs.work_through(work)
        monkeypatch.undo()
        left = sorted(path.name for path in work.folder.path.iterdir())
        assert {"extract.parquet", "held.json", "model.json", "persons.bin"} <= set(left)
        assert stat.S_IMODE(work.folder.path.stat().st_mode) == 0o700
        assert {
            stat.S_IMODE(path.stat().st_mode) for path in work.folder.path.iterdir() if path.is_file()
        } == {0o600}
        with pytest.raises(Conflict, match="Go on with it"):
            begun(tmp_path)
        found = unfinished()
        assert found is not None
        assert found.fault == "Stopped: KeyboardInterrupt"
        monkeypatch.setattr(runs, "everybody", stopped)
        again = runs.Work(found, Folder(tmp_path, found.pk), SETTINGS, no_bar)
        assert runs.work_through(again)["open"] == 1
        assert Run.objects.get().fault == ""


def test_a_run_is_thrown_away_whole_and_decisions_stay(
    as_worker: AsWorker, tmp_path: Path, clean: None
) -> None:
    told_of()
    with as_worker():
        work = begun(tmp_path)
        runs.work_through(work)
        assert throw_away(now=NOW, run_id=work.run.pk, by=None) == 1
        assert throw_away(now=NOW, run_id=work.run.pk, by=None) == 0
        assert outcome(work.run.pk).withdrawn == 1
        with pytest.raises(NotFound):
            throw_away(now=NOW, run_id=uuid.UUID(int=9), by=None)
        again = begun(tmp_path)
        assert runs.work_through(again)["open"] == 1, "what was withdrawn may be proposed again"
    with transaction.atomic():
        with pytest.raises(Refused):
            ask_to_throw_away(actor=acting(PRIYA), now=NOW, run_id=again.run.pk)
        ask_to_throw_away(actor=acting(NOOR), now=NOW, run_id=again.run.pk)
        with pytest.raises(Conflict):
            ask_to_throw_away(actor=acting(NOOR), now=NOW, run_id=work.run.pk)


def test_a_run_that_is_thrown_away_while_it_works_puts_nothing_into_the_queue(
    as_worker: AsWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean: None
) -> None:
    told_of()
    with as_worker():
        work = begun(tmp_path)
        group = runs.group

        def meanwhile(kept: Any) -> Any:
            throw_away(now=NOW, run_id=work.run.pk, by=None)
            return group(kept)

        monkeypatch.setattr(runs, "group", meanwhile)
        with pytest.raises(Conflict, match="thrown away meanwhile"):
            runs.work_through(work)
        assert not Suggestion.objects.exists()
        assert Run.objects.get().state == "thrown_away"
        assert not work.folder.path.exists()


def test_two_processes_do_not_work_on_one_run(as_worker: AsWorker, tmp_path: Path, clean: None) -> None:
    with as_worker():
        work = begun(tmp_path)
        with work.folder.held(), pytest.raises(Conflict, match="another process"):
            runs.work_through(work)
        assert runs.work_through(work)["persons"] == 0


def test_nobody_to_compare_is_an_answer(as_worker: AsWorker, tmp_path: Path, clean: None) -> None:
    with as_worker():
        counts = runs.work_through(begun(tmp_path))
    assert (counts["persons"], counts["pairs"], counts["open"]) == (0, 0, 0)


def test_a_dry_run_puts_nothing_into_the_queue(as_worker: AsWorker, tmp_path: Path, clean: None) -> None:
    told_of()
    with as_worker():
        counts = runs.work_through(begun(tmp_path, fill=False))
        assert counts["pairs"] == 2
        assert not Suggestion.objects.exists()


def test_an_extract_does_not_lie_about(
    as_worker: AsWorker, tmp_path: Path, settings: Any, clean: None
) -> None:
    settings.HOME = tmp_path
    with as_worker():
        work = begun(tmp_path)
        (work.folder / "extract.parquet").write_bytes(b"names")
        assert list(left_over(tmp_path)) == []
        for path in (work.folder / "extract.parquet", work.folder.path):
            os.utime(path, (0, 0))
        forget()
        assert Run.objects.get().state == "failed"
    assert not work.folder.path.exists()


def test_the_pages_of_runs(as_worker: AsWorker, tmp_path: Path, clean: None) -> None:
    told_of()
    with as_worker():
        work = begun(tmp_path)
        runs.work_through(work)
    client = signed_in(NOOR)
    listed = client.get("/put-right/runs").content.decode()
    assert f"/put-right/runs/{work.run.pk}" in listed
    page = client.get(f"/put-right/runs/{work.run.pk}").content.decode()
    assert "as a table" in page
    assert "<svg" in page
    assert "Thornleigh" not in page
    away = client.post(f"/put-right/runs/{work.run.pk}")
    assert away.status_code == 302
    assert signed_in(PRIYA).get("/put-right/runs").status_code == 403
    assert client.get("/put-right/runs/00000000-0000-0000-0000-000000000009").status_code == 404


def test_the_page_of_a_run_in_any_state(as_worker: AsWorker, tmp_path: Path, clean: None) -> None:
    client = signed_in(NOOR)
    with as_worker():
        work = begun(tmp_path)
    address = f"/put-right/runs/{work.run.pk}"
    assert "Taking the extract" in client.get(address).content.decode()
    with as_worker():
        runs.work_through(work)
    assert "Too few are decided" in client.get(address).content.decode(), "nobody was there to be compared"
    with as_worker():
        throw_away(now=NOW, run_id=work.run.pk, by=None)
        stopped = begun(tmp_path)
        go_on(stopped.run, "failed", fault="Stopped: MemoryError")
    assert "Thrown away" in client.get(address).content.decode()
    assert "--resume" in client.get(f"/put-right/runs/{stopped.run.pk}").content.decode()


def test_the_pages_of_two_runs_that_found_the_same(as_worker: AsWorker, tmp_path: Path, clean: None) -> None:
    told_of()
    client = signed_in(NOOR)
    with as_worker():
        first = begun(tmp_path)
        runs.work_through(first)
        later = begun(tmp_path)
        runs.work_through(later)
    pages = [f"/put-right/runs/{work.run.pk}" for work in (first, later)]
    for page in pages:
        assert line_of(client.get(page).content.decode(), "Proposed to the data stewards") == "1"
        assert line_of(client.get(page).content.decode(), "Wait") == "1"
    with as_worker():
        assert throw_away(now=NOW, run_id=later.run.pk, by=None) == 0
    gone = client.get(pages[1]).content.decode()
    assert "another comparison proposes them, or somebody has said something of them" in gone
    assert line_of(gone, "Withdrawn") == "0"
    with as_worker():
        assert throw_away(now=NOW, run_id=first.run.pk, by=None) == 1
    assert [line_of(client.get(page).content.decode(), "Withdrawn") for page in pages] == ["1", "1"]


def line_of(page: str, what: str) -> str:
    """The figure beside these words in "What became of its pairs"."""
    table = page[page.index("What became of its pairs") :]
    found = re.search(rf">{what}<.*?>([\d,]+)<", table, re.DOTALL)
    assert found
    return found[1]


def test_an_age_that_was_said_is_no_birth(as_worker: AsWorker, clean: None) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        somebody("Ann Lee", case, born="about 40")
        assert birth_date("about 40", TODAY) is not None
        assert PersonBirth.objects.exists()
        assert PersonName.objects.exists()
    with as_worker():
        [(_, told)] = [one for some in everybody() for one in some]
    assert told is not None
    assert told.births == []
