"""What was typed into a form that came after its session had ended: kept for an hour, shown again to whoever typed it.

Nothing is ever sent by itself: the person who typed it sees it after signing in again, and sends it or throws it away.
Forms of several windows are kept beside each other, each with a key of its own.
What is kept in the database is locked with a key that stands only in a cookie of that browser: neither the table, a log
nor an address holds a word of it. The form had the token of the last sign-in of that browser (Django checks it before),
so that whoever signed in there last typed it; a signed cookie says who that was, and it is shown to nobody else.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sentinel.web.again import words_of
from sentinel.web.requests import is_script, to_sign_in

SECONDS = 60 * 60
WHO_SECONDS = 7 * 24 * 60 * 60
LARGEST = 200_000
MOST = 20
WHO = f"{settings.SESSION_COOKIE_NAME}-who"
KEY = f"{settings.SESSION_COOKIE_NAME}-typed"
BETWEEN = "."
AGAIN = "typed_again"
NOT_TYPED = frozenset({"csrfmiddlewaretoken", AGAIN})
SIGN_IN = "/account/"
WAITS = "SENTINEL_TYPED_WAITS"
SAID = "You were signed out before this was sent: nothing has been done. Sign in again, and what you typed is shown to you."


@dataclass(frozen=True)
class Typed:
    """What was typed: for which address, each field with its values, and whether files came with it (they are not kept).
    `which` names it among those of this browser, and unlocks nothing."""

    path: str
    data: Mapping[str, list[str]]
    files: bool
    which: str

    def words(self) -> list[tuple[str, str]]:
        """The fields in which somebody wrote or chose something, named as well as can be, in their order."""
        return words_of(self.data)


def remember_who(request: HttpRequest, response: HttpResponse, user_id: uuid.UUID) -> None:
    """Have the browser say who signed in there last, after the session has ended: signed, and read by us alone."""
    if request.get_signed_cookie(WHO, default="", salt=WHO) != str(user_id):
        response.set_signed_cookie(
            WHO,
            str(user_id),
            salt=WHO,
            max_age=WHO_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.PRODUCTION,
        )


def keep_and_sign_in(request: HttpRequest, user_id: uuid.UUID | None = None) -> HttpResponse:
    """The way to sign in. What a form sent is kept for whoever typed it, and shown after signing in.

    `user_id` is who typed it where the session still told; else the browser says. A script is told 401, as always: its
    page holds what was typed. What was typed to sign in or to change a password is never kept.
    """
    who = (
        str(user_id) if user_id else request.get_signed_cookie(WHO, default="", salt=WHO, max_age=WHO_SECONDS)
    )
    if request.method != "POST" or is_script(request) or not who or request.path.startswith(SIGN_IN):
        return to_sign_in(request)
    data = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_TYPED}
    typed = json.dumps(
        {"who": who, "path": request.get_full_path(), "data": data, "files": bool(request.FILES)}
    ).encode()
    if not data or len(typed) > LARGEST or not _has_room(who):
        return to_sign_in(request)
    key = Fernet.generate_key().decode()
    cache.set(_place(key), Fernet(key).encrypt(typed).decode(), SECONDS)
    messages.info(request, SAID)
    response = to_sign_in(request, reverse("typed_again"))
    keys = [*_keys(request), key]
    response.set_cookie(
        KEY,
        BETWEEN.join(keys[-MOST:]),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )
    return response


def _has_room(who: str) -> bool:
    """Whether a form more may be kept for this person: nobody fills the table from a browser that is signed out."""
    return any(cache.add(f"typed-of:{who}:{number}", True, SECONDS) for number in range(MOST))


def let_wait(request: HttpRequest) -> None:
    """Something else comes before the page that was asked for: what was typed, if this sends it again, stays kept."""
    request.META[WAITS] = True


def was_sent(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether what was typed has now reached the page that it was for."""
    again = request.method == "POST" and AGAIN in request.POST
    return again and response.status_code < 400 and WAITS not in request.META


def typed_before(request: HttpRequest, user_id: uuid.UUID | None) -> list[Typed]:
    """What this person typed in this browser and could not send, in the order in which it came; nobody else's."""
    return [typed for key in _keys(request) if (typed := _unlocked(key, user_id)) is not None]


def _unlocked(key: str, user_id: uuid.UUID | None) -> Typed | None:
    kept = cache.get(_place(key))
    if not isinstance(kept, str):
        return None
    try:
        found = json.loads(Fernet(key).decrypt(kept.encode()))
    except (InvalidToken, ValueError):
        return None
    if found["who"] != str(user_id):
        return None
    return Typed(found["path"], found["data"], found["files"], _digest(key))


def forget_typed(request: HttpRequest, which: str, user_id: uuid.UUID | None) -> None:
    """Throw away what this person typed in this browser that is called `which`; nothing where there is no such."""
    for key in _keys(request):
        if _digest(key) == which and _unlocked(key, user_id) is not None:
            cache.delete(_place(key))


def _keys(request: HttpRequest) -> list[str]:
    return [key for key in request.COOKIES.get(KEY, "").split(BETWEEN)[-MOST:] if key]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _place(key: str) -> str:
    # The table knows the key's digest: who reads it cannot unlock what stands there.
    return f"typed:{_digest(key)}"
