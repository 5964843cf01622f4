"""django-helpdesk as its documentation sets it up: answers the same orders as `bench.reader`.

Runs in an environment of its own (bench/.env, bench/helpdesk-requirements.txt) and imports nothing of Sentinel. The
database's address comes in DATABASE_URL; `--build N` makes the tables and N tickets with three follow-ups each.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.urls import include, path

address = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    DEBUG=False, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], USE_TZ=True, TIME_ZONE="UTC", SITE_ID=1,
    ROOT_URLCONF=__name__, STATIC_URL="/static/", MEDIA_URL="/media/", MEDIA_ROOT="/nonexistent",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend", LOGIN_URL="helpdesk:login",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", HELPDESK_TEAMS_MODEL="auth.User",
    HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[], HELPDESK_KBITEM_TEAM_GETTER=lambda _: None, LOGGING_CONFIG=None,
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": address.path[1:], "USER": address.username,
        "PASSWORD": unquote(address.password or ""), "HOST": unquote(address.hostname or ""), "PORT": address.port or "",
        "CONN_MAX_AGE": None,
    }},
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites", "django.contrib.humanize",
        "bootstrap4form", "helpdesk", "rest_framework",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]}}],
)  # fmt: skip
django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]

# Sizes as ours: a title, a sentence of what happened and who told, three notes; one in 25 is open.
TICKETS = """
INSERT INTO helpdesk_ticket (title, queue_id, created, modified, submitter_email, status, on_hold, description, priority,
                             secret_key, assigned_to_id)
SELECT (ARRAY['Noise at ', 'Threats at ', 'Abandoned van at '])[1 + n %% 3] || n || ' Sparrow Lane', %(queue)s,
       now() - n * interval '5 minutes', now() - n * interval '5 minutes',
       lower((%(given)s::text[])[1 + n %% 50]) || '.' || lower((%(family)s::text[])[1 + (n / 50) %% 50]) || n || '@mail.example',
       CASE WHEN n %% 25 = 0 THEN 1 ELSE 4 END, false,
       'Music that shakes the walls from ten at night until three, and shouting in the yard. Told by '
           || (%(given)s::text[])[1 + n %% 50] || ' ' || (%(family)s::text[])[1 + (n / 50) %% 50],
       1 + n %% 5, md5(n::text), %(user)s
  FROM generate_series(1, %(count)s) AS n
"""
FOLLOW_UPS = """
INSERT INTO helpdesk_followup (ticket_id, date, title, comment, public, user_id)
SELECT t.id, t.created + g * interval '2 days', 'Comment', 'Visited. Nobody was in; a card was left and the neighbour spoken to.',
       false, %(user)s
  FROM helpdesk_ticket t CROSS JOIN generate_series(1, 3) AS g
"""
ROWS = re.compile(r"/datatables_ticket_list/[^\"']+")
GIVEN = [f"Given{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(50)]
FAMILY = [f"Family{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(50)]


def build(count: int) -> None:
    """Tables, an officer, a queue, the tickets. Nothing where they are already."""
    from helpdesk.models import EmailTemplate, Queue, Ticket

    call_command("migrate", verbosity=0)
    if (
        not EmailTemplate.objects.exists()
    ):  # its documentation's second step: without them nobody is told of a ticket
        call_command("loaddata", "emailtemplate.json", verbosity=0)
    if Ticket.objects.count() >= count:
        return
    user, _ = get_user_model().objects.get_or_create(username="officer", is_staff=True, is_superuser=True)
    queue, _ = Queue.objects.get_or_create(title="ASB", slug="asb")
    values = {"queue": queue.pk, "user": user.pk, "given": GIVEN, "family": FAMILY, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, values)
        cursor.execute(FOLLOW_UPS, values)
        cursor.execute("ANALYZE")


class Site:
    """Reads pages as a member of staff."""

    def __init__(self) -> None:
        from helpdesk.models import Queue, Ticket

        self.client = Client()
        self.client.force_login(get_user_model().objects.get(username="officer"))
        self.tickets = list(Ticket.objects.order_by("-created").values_list("id", flat=True)[:20])
        self.queue = Queue.objects.get(slug="asb").pk

    def read(self, page: str, turn: int) -> float:
        """Milliseconds of one reading. A list is its page and the rows that the page then fetches."""
        begun = time.perf_counter()
        if page == "open":
            answers = [self.client.get(f"/tickets/{self.tickets[turn % 20]}/")]
        elif page == "create":
            answers = [self.client.post("/tickets/submit/", {
                "queue": self.queue, "title": f"Noise at {turn} Sparrow Lane", "body": "Shouting every night until two.",
                "priority": "3", "submitter_email": f"caller{turn}@mail.example",
            })]  # fmt: skip
        else:
            name = f"{GIVEN[turn % 50]} {FAMILY[turn % 50]}"
            asked = {"q": name} if page == "search" else {}
            answers = [self.client.get("/tickets/", asked)]
            found = ROWS.search(answers[0].content.decode())
            if found is None:
                raise RuntimeError("the list does not say where its rows are")
            answers.append(self.client.get(found[0], {"length": 25, "start": 0, "draw": 1}))
        took = (time.perf_counter() - begun) * 1000
        wanted = 302 if page == "create" else 200
        if any(answer.status_code != wanted for answer in answers):
            raise RuntimeError(f"{page}: {[answer.status_code for answer in answers]}")
        return took


def main() -> None:
    """Build, or answer orders until standard input ends."""
    if sys.argv[1:2] == ["--build"]:
        build(int(sys.argv[2]))
        return
    site = Site()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps({"times": [site.read(order["page"], order["turn"])], "queries": 0}), flush=True)


if __name__ == "__main__":
    main()
