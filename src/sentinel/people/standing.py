"""How somebody may be contacted, where what was said of them was said of several ids that are one person now. Pure.

A merge opens no way that one half had closed. What was asked after the merge holds for the whole; until somebody has asked,
only what the newest answer of every half allows (docs/decisions/0031).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sentinel.people.models import SafeContact


def standing(rows: Sequence[SafeContact]) -> SafeContact | None:
    """What holds, of answers newest first: a row as it stands, or one that is not kept, made of several.

    `merged` on a row (queries._safe_contacts) is when its person was last merged, None where never.
    """
    if not rows:
        return None
    newest = rows[0]
    merged = getattr(newest, "merged", None)
    halves: dict[object, SafeContact] = {}
    for row in rows:
        halves.setdefault(row.person_id, row)
    if len(halves) == 1 or merged is None or newest.asked_at > merged:
        return newest
    return _narrowest(list(halves.values()))


def _narrowest(rows: Sequence[SafeContact]) -> SafeContact:
    newest = rows[0]
    ways = [row.methods or [row.method] for row in rows]
    shut = any("none" in one for one in ways)
    do_not_visit = any(row.do_not_visit for row in rows)
    common = [
        way for way in ways[0] if all(way in one for one in ways) and not (way == "visit" and do_not_visit)
    ]
    # Through somebody they name: only where it is the same somebody.
    if "through" in common and len({row.through for row in rows}) > 1:
        common.remove("through")
    methods = ["none"] if shut or not common else common
    return SafeContact(
        record_id=newest.record_id, audience_id=newest.audience_id, origin_agency_id=newest.origin_agency_id,
        person_id=newest.person_id, created_at=newest.created_at, asked_at=newest.asked_at, asked_by_id=newest.asked_by_id,
        method=methods[0], methods=methods,
        through=newest.through if "through" in methods else "",
        times=_joined(row.times for row in rows),
        message_may_be_left=_agreed([row.message_may_be_left for row in rows]),
        text_may_be_sent=_agreed([row.text_may_be_sent for row in rows]),
        post_may_be_sent=_agreed([row.post_may_be_sent for row in rows]),
        others_may_answer=newest.others_may_answer if len({row.others_may_answer for row in rows}) == 1 else "",
        do_not_visit=do_not_visit,
        language=next((row.language for row in rows if row.language), ""),
        interpreter=any(row.interpreter for row in rows),
        format=next((row.format for row in rows if row.format), ""),
        adjustments=_joined(row.adjustments for row in rows),
    )  # fmt: skip


def _agreed(flags: Sequence[bool | None]) -> bool | None:
    """Yes only where every half said yes; no where any said no."""
    if False in flags:
        return False
    return None if None in flags else True


def _joined(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(one for one in words if one))
