"""Reminders are decided and sent once, whatever breaks: killed anywhere, run by several, stopped for days, clocks moved.

The worker is a process of its own here, with a mail server that counts. A kill between the mail server's answer and the
worker's note sends one message again: with the same Message-ID, and the row's attempts show it. Nothing else comes twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import transaction

from sentinel.accounts.models import RoleHeld
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import from_london
from sentinel.risk.queries import matrix_for
from tests.cases.making import a_case, a_party
from tests.faults.mail_server import MailServer, mail_server
from tests.risk.answers import assessed
from tests.support import acting, user

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
PRIYA, COLIN = "priya.nair@charnwood.example", "colin.webb@charnwood.example"
MANY = 6
DAY = timedelta(days=1)

# One round of the worker, which kills itself at the point that it is told: `module name before|after nth`.
ROUND = """
import os, signal, sys
os.environ.update(SENTINEL_PROCESS="worker", DJANGO_SETTINGS_MODULE="sentinel.settings")
import django; django.setup()
from importlib import import_module
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
from sentinel.foundation.clock import now
from sentinel.foundation.messages import delivery, transports
from sentinel.reminders import handing_over, sweep

def kill(place, name, when, nth):
    owner = {"sweep": sweep, "handing_over": handing_over, "mail": transports.EmailMessage}[place]
    real, calls = getattr(owner, name), [0]
    def instead(*args, **kwargs):
        calls[0] += 1
        if when == "before" and calls[0] == int(nth):
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **kwargs)
        if when == "after" and calls[0] == int(nth):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(owner, name, instead)

if len(sys.argv) > 1:
    kill(*sys.argv[1:])
moment = now()
sweep.sweep(now=moment)
handing_over.hand_over(now=moment)
delivery.deliver_waiting()
"""

WORKER = """
import os
os.environ.update(SENTINEL_PROCESS="worker", DJANGO_SETTINGS_MODULE="sentinel.settings")
import django; django.setup()
from sentinel.foundation import worker
worker.STALLED_SECONDS, worker.BEAT_SECONDS = 2.0, 1
worker.run_worker(concurrency=2)
"""


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def run(
    transactional_db: None, database_urls: dict[str, str], mail: MailServer
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start one round, or with `code` another program, as the worker. Not waited for."""
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "DATABASE_WORKER_URL": database_urls["sentinel_worker"],
        "SENTINEL_SMTP": mail.url,
    }  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []

    def begin(*point: str, code: str = ROUND) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", code, *point], env=environment, cwd=ROOT)
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def at(database_urls: dict[str, str], transactional_db: None) -> Callable[[datetime], None]:
    """Move Sentinel's clock to a moment."""

    def move(moment: datetime) -> None:
        with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
            superuser.execute(
                'INSERT INTO foundation_clock (id, "offset") VALUES (1, %s - clock_timestamp())'
                ' ON CONFLICT (id) DO UPDATE SET "offset" = EXCLUDED."offset"',
                [moment],
            )

    return move


@pytest.fixture
def ask(database_urls: dict[str, str]) -> Callable[[str], list[tuple[object, ...]]]:
    def read(statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
            return superuser.execute(statement).fetchall()  # type: ignore[arg-type]

    return read


def unknowns(started: datetime, many: int = MANY) -> None:
    """Cases of Priya's, in each an answer that is not known since a moment. One supervisor."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=started)
    assert matrix_for("victim", date(2026, 1, 5), None)
    for _ in range(many):
        with transaction.atomic():
            priya = acting(PRIYA)
            case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team, now=started)
            party = a_party(priya, case, now=started)
            assessed(priya, case, party, now=started, vulnerable="unknown")


def done(process: subprocess.Popen[bytes]) -> int:
    return process.wait(timeout=60)


ONCE = "SELECT count(*), count(DISTINCT (rule_id, subject_id, detail, started_at, step, recipient_id)) FROM reminders_decision"
POINTS = [
    ("sweep", "decide", "after", "4"),
    ("sweep", "sweep", "after", "1"),
    ("handing_over", "body_of", "after", "1"),
    ("handing_over", "gather", "after", "1"),
    ("mail", "send", "before", "1"),
    ("mail", "send", "after", "2"),
]


@pytest.mark.parametrize("point", POINTS, ids="-".join)
def test_killed_anywhere_each_is_decided_once_and_only_a_kill_after_the_answer_sends_again(
    point: tuple[str, ...],
    run: Callable[..., subprocess.Popen[bytes]],
    at: Callable[[datetime], None],
    ask: Callable[[str], list[tuple[object, ...]]],
    mail: MailServer,
) -> None:
    started = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
    unknowns(started)
    at(started.replace(hour=12) + 10 * DAY)
    assert done(run(*point)) == -signal.SIGKILL
    assert done(run()) == 0
    # Step 3, to the lead and the supervisor, of each.
    assert ask(ONCE) == [(2 * MANY, 2 * MANY)]
    assert ask("SELECT DISTINCT step FROM reminders_decision") == [(3,)]
    assert ask("SELECT state, count(*) FROM foundation_message GROUP BY 1") == [("handed_over", 2)]
    assert mail.recipients() == {PRIYA: 1, COLIN: 1}
    twice = [one for one, times in mail.by_id().items() if times > 1]
    assert len(twice) == (1 if point[:3] == ("mail", "send", "after") else 0)
    assert max(mail.by_id().values()) <= 2
    again = ask("SELECT count(*) FROM foundation_message WHERE attempts > 1")
    assert again == [(1 if point[0] == "mail" else 0,)]


def test_several_at_once_decide_and_send_once(
    run: Callable[..., subprocess.Popen[bytes]],
    at: Callable[[datetime], None],
    ask: Callable[[str], list[tuple[object, ...]]],
    mail: MailServer,
) -> None:
    started = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
    unknowns(started)
    at(started.replace(hour=12) + 10 * DAY)
    several = [run() for _ in range(3)]
    assert [done(one) for one in several] == [0, 0, 0]
    assert ask(ONCE) == [(2 * MANY, 2 * MANY)]
    assert set(mail.by_id().values()) == {1}
    assert mail.recipients() == {PRIYA: 1, COLIN: 1}


def rounds(
    days: list[datetime], run: Callable[..., subprocess.Popen[bytes]], at: Callable[[datetime], None]
) -> None:
    for moment in days:
        at(moment)
        assert done(run()) == 0


@pytest.mark.parametrize(
    "changes", [date(2026, 3, 29), date(2026, 10, 25)], ids=["the clock goes on", "the clock goes back"]
)
def test_over_a_change_of_the_clock_each_step_is_sent_on_its_day_in_london(
    changes: date,
    run: Callable[..., subprocess.Popen[bytes]],
    at: Callable[[datetime], None],
    ask: Callable[[str], list[tuple[object, ...]]],
    mail: MailServer,
) -> None:
    # The fourth day is that of the change.
    first = changes - 4 * DAY
    unknowns(from_london(first) + timedelta(hours=23, minutes=30), many=1)
    eves = [from_london(changes) - timedelta(minutes=1), from_london(changes) + timedelta(hours=12)]
    rounds([*eves, eves[1] + 2 * DAY, eves[1] + 3 * DAY], run, at)
    days = ask(
        "SELECT (created_at AT TIME ZONE 'Europe/London')::date, step FROM reminders_decision ORDER BY 2"
    )
    assert days == [(changes, 1), (changes + 3 * DAY, 2)]
    assert mail.recipients() == {PRIYA: 2}


def test_over_easter_with_a_stopped_day_and_a_clock_put_back_nothing_is_missed_or_doubled(
    run: Callable[..., subprocess.Popen[bytes]],
    at: Callable[[datetime], None],
    ask: Callable[[str], list[tuple[object, ...]]],
    mail: MailServer,
) -> None:
    # Maundy Thursday. A victim nobody assessed is chased after 1, 2 and 3 business days; the unknown after 4 days.
    thursday = from_london(date(2026, 4, 2)) + timedelta(hours=12)
    unknowns(thursday, many=1)
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team, now=thursday)
        a_party(priya, case, now=thursday)
    easter = [thursday + n * DAY for n in (1, 2, 3)]
    rounds(easter, run, at)
    assert ask("SELECT count(*) FROM reminders_decision") == [(0,)]
    rounds([thursday + 4 * DAY], run, at)
    assert ask(ONCE) == [(1, 1)], "Easter Monday is the fourth day, and no business day"
    # Tuesday no worker ran. On Wednesday the second reminder goes and not the first.
    rounds([thursday + 6 * DAY, thursday + 5 * DAY, thursday + 6 * DAY + timedelta(hours=1)], run, at)
    steps = ask(
        "SELECT r.key, d.step, count(*) FROM reminders_decision d JOIN reminders_reminderrule r ON r.id = d.rule_id"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert steps == [("unassessed_person", 2, 2), ("unknown_answer", 1, 1)]
    assert mail.recipients() == {PRIYA: 2, COLIN: 1}
    assert set(mail.by_id().values()) == {1}


def test_a_killed_worker_s_sweep_is_done_by_the_next_as_soon_as_it_starts(
    run: Callable[..., subprocess.Popen[bytes]],
    at: Callable[[datetime], None],
    ask: Callable[[str], list[tuple[object, ...]]],
) -> None:
    started = clock_now() - 5 * DAY
    unknowns(started, many=1)
    first = run(code=WORKER)
    time.sleep(2)
    first.kill()
    done(first)
    run(code=WORKER)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and ask(ONCE) == [(0, 0)]:
        time.sleep(0.5)
    assert ask(ONCE) == [(1, 1)]
