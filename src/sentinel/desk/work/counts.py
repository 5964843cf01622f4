"""The number beside My work, on every page: one query, or none where the page itself has counted (My work)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.work.lines import Line
from sentinel.desk.work.mine import Mine
from sentinel.foundation.actor import Actor
from sentinel.partnership.referrals.rules import SAFEGUARDING, kinds_for

# The end of both: high risk that one is to acknowledge, as risk.high.queries.to_acknowledge says.
_TOLD = """
     + (SELECT count(*) FROM risk_toldofhighrisk t JOIN risk_highrisk h ON h.id = t.high_risk_id
         WHERE t.user_id = %s AND t.acknowledged_at IS NULL AND h.ended_at IS NULL
           AND (t.passed_on_at IS NULL OR NOT EXISTS (
                SELECT 1 FROM risk_toldofhighrisk o WHERE o.high_risk_id = t.high_risk_id AND o.acknowledged_at IS NOT NULL
                   AND (o.role = t.role OR o.step > t.step))))
"""
# Markers that the control room refused or has not answered in time, as desk.work.own asks for them.
_UNSHOWN = """
     + (SELECT count(*) FROM risk_marker m JOIN risk_highrisk h ON h.id = m.high_risk_id JOIN cases_case c ON c.id = h.case_id
         WHERE (m.state = 'refused' OR (m.state = 'proposed' AND m.answer_due <= sentinel_now())) AND h.ended_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM risk_marker n WHERE n.high_risk_id = h.id AND n.proposed_at > m.proposed_at)
           AND c.status = ANY (%s)
           AND (c.lead_id = %s OR c.team_id = %s OR (c.team_id IS NULL AND c.owner_agency_id = %s)))
"""
# Referrals that are late, as desk.work.own tells them: to be sent, rung about or decided on, or of
# whom they reached nobody; and those received and not answered in time.
_REFERRALS = """
     + (SELECT count(*) FROM partnership_referral r JOIN cases_case c ON c.id = r.case_id
         WHERE r.settled_at IS NULL AND c.status = ANY (%s)
           AND CASE WHEN r.wish = 'objects' AND r.asked_at IS NOT NULL AND r.decided_at IS NULL
                    THEN c.team_id = %s OR (c.team_id IS NULL AND c.owner_agency_id = %s) ELSE c.lead_id = %s END
           AND CASE WHEN r.acknowledged_at IS NOT NULL THEN true WHEN r.sent_at IS NOT NULL AND r.declined_at IS NULL
                    THEN r.due_at < sentinel_now() ELSE r.kind = ANY (%s) END)
     + (SELECT count(*) FROM partnership_sentreferral s
         WHERE s.to_agency_id = %s AND s.kind = ANY (%s) AND s.due_at < sentinel_now() AND s.acknowledged_at IS NULL
           AND s.declined_at IS NULL AND s.withdrawn_at IS NULL)
"""
# Who has something that may wait for them.
_CONCERNED = frozenset({"see_cases", "hear_high_risk", "answer_referrals", "answer_safeguarding"})
# Victims, and cases without one, that are unassessed (put off or not), cases in which a victim ought to have been told by
# now, own actions that are late, referrals that are, and high risk that one is to acknowledge.
_WAITING = """
SELECT (SELECT COALESCE(sum(unassessed), 0) + count(*) FILTER (WHERE next_due < sentinel_now()) FROM cases_case
         WHERE lead_id = %s AND status = ANY (%s))
     + (SELECT count(*) FROM cases_action WHERE user_id = %s AND settled_at IS NULL AND due < sentinel_now())
"""
# What the control room has to answer late, to take off or to look at again.
_MARKERS = """
SELECT (SELECT count(*) FROM risk_marker
         WHERE state = 'ending' OR (state = 'proposed' AND answer_due < sentinel_now())
            OR (state = 'accepted' AND (review_asked_at IS NOT NULL
                                        OR review_on < (sentinel_now() AT TIME ZONE 'Europe/London')::date)))
"""


def counted(actor: Actor, mine: Mine, lines: list[Line], now: datetime) -> int:
    """The same number from what My work has read already."""
    people = sum(len(mine.unassessed(case_id)) + mine.case_unassessed(case_id) for case_id in mine.led)
    told = [mine.told.get(case_id, {}).values() for case_id in mine.led]
    untold = sum(any(one.due is not None and one.due < now for one in some) for some in told)
    return people + untold + sum(line.late and line.mine for line in lines)


def waiting(actor: Actor) -> int:
    """How many things cannot wait in the cases that somebody leads, was told of or answers for; 0 for who has none of these."""
    if actor.user_id is None or not _CONCERNED & actor.rights:
        return 0
    is_open = list(OPEN_STATUSES)
    decided = [actor.team_id, actor.agency_id] if actor.may("decide_referral") else [None, None]
    referrals = [
        is_open,
        *decided,
        actor.user_id,
        list(SAFEGUARDING),
        actor.agency_id,
        kinds_for(actor.rights),
    ]
    with connection.cursor() as cursor:
        if actor.may("answer_markers"):
            cursor.execute(_MARKERS + _REFERRALS + _TOLD, [*referrals, actor.user_id])
            return int(cursor.fetchone()[0])
        supervised = [actor.team_id, actor.agency_id] if actor.may("lower_band") else [None, None]
        own = [actor.user_id, is_open, actor.user_id, is_open, actor.user_id, *supervised]
        cursor.execute(_WAITING + _UNSHOWN + _REFERRALS + _TOLD, [*own, *referrals, actor.user_id])
        return int(cursor.fetchone()[0])
