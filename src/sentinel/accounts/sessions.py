"""How long a session lasts: it goes on while it is used, and ends for good after a long shift.

A page asks the session once; only every few minutes is it written, so that reading stays reading.
"""

from __future__ import annotations

import re
import time
import uuid

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest

BEGAN, SEEN = "sentinel_began", "sentinel_seen"
WRITE_EVERY = 60  # seconds between two writes of one session


def _now() -> float:
    # The machine's time, as Django counts sessions: moving the one clock for a test signs nobody out.
    return time.time()


def ended(request: HttpRequest) -> bool:
    """Whether a session has gone on for longer than any may (SESSION_LONGEST)."""
    began = request.session.get(BEGAN)
    return isinstance(began, int | float) and _now() - began > settings.SESSION_LONGEST


def go_on(request: HttpRequest) -> None:
    """Put the end of the session off, since it is used."""
    now = _now()
    request.session.setdefault(BEGAN, now)
    if now - float(request.session.get(SEEN, 0)) >= WRITE_EVERY:
        request.session[SEEN] = now


def seconds_left(request: HttpRequest) -> int:
    """How long the session lasts if nothing more is asked of it, in whole seconds."""
    now = _now()
    unused = float(request.session.get(SEEN, now)) + settings.SESSION_COOKIE_AGE - now
    longest = float(request.session.get(BEGAN, now)) + settings.SESSION_LONGEST - now
    return max(int(min(unused, longest)), 0)


def end_sessions_of(user_id: uuid.UUID) -> int:
    """End every session of a user, from the next request on. Returns how many."""
    keys = list(UserSession.objects.filter(user_id=user_id).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user_id=user_id).delete()
    return len(keys)


def end_session(user_id: uuid.UUID, session_id: int, *, but: str | None) -> int:
    """End one session of a user, from the next request on. `but` is the key of the session in hand: that one stays.

    Returns how many were ended: none where there is no such session, or it is somebody else's.
    """
    found = UserSession.objects.filter(user_id=user_id, pk=session_id).exclude(session_key=but or "").first()
    if found is None:
        return 0
    Session.objects.filter(session_key=found.session_key).delete()
    found.delete()
    return 1


# Most browsers call themselves by the names of those before them: the first that fits is what it is.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("CrOS", "Chromebook"), ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


def in_words(user_agent: str) -> str:
    """A browser's own long name as people say it, "Firefox on Windows"; the beginning of it where nobody knows it."""
    browser = next((name for part, name in BROWSERS if part in user_agent), "")
    system = next((name for part, name in SYSTEMS if part in user_agent), "")
    known = " on ".join(word for word in (browser, system) if word)
    return known or re.sub(r"[\x00-\x1f]", " ", user_agent)[:60] or "Not known"
