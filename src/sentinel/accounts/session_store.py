"""Sessions in the database, as Django keeps them, read by a query that is put together once (docs/decisions/0012)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from sentinel.foundation.compiled import compiled


class SessionStore(db.SessionStore):
    """Django's own, which every page reads."""

    def _get_session_from_db(self) -> Session | None:
        found = _sessions(self.session_key, timezone.now())
        if found:
            return found[0]
        self._session_key = None
        return None


@compiled
def _sessions(key: str | None, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
