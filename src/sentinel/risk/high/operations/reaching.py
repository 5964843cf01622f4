"""Which agencies reach what has followed from high risk, and which desk it names."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from sentinel.access.queries import desk_words
from sentinel.accounts.models import Agency
from sentinel.accounts.rules import open_in_words
from sentinel.cases.models import Case
from sentinel.risk.high.models import HighRisk, Marker


def let_workers_reach(case: Case) -> bool:
    """Let every agency that works on a case reach what has followed from its high risk, those too that joined since; and
    name the desk of whoever owns the case now. Nothing for who does not work on it. Returns whether anything lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_high_reached(%s)", [case.id])
        row = cursor.fetchone()
    lasts = bool(row and row[0])
    if not lasts:
        return False
    rows = HighRisk.objects.filter(case=case, ended_at__isnull=True).exclude(
        owner_agency_id=case.owner_agency_id
    )
    if rows:
        ring = ring_of(case.owner_agency)
        Marker.objects.filter(high_risk__in=rows).update(ring=ring, version=F("version") + 1)
        rows.update(owner_agency_id=case.owner_agency_id, ring=ring, version=F("version") + 1)
    return True


def ring_of(owner: Agency) -> str:
    """Which desk is rung, and when it is open; without hours where the owner's name alone tells something, for they are not that desk's."""
    words, hours = desk_words(owner), "" if owner.names_give_away else open_in_words(owner.hours)
    said = f"{words} ({hours})" if hours else words
    return said if len(said) <= 200 else f"{words} (not day and night)"
