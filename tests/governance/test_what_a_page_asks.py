"""How often the pages of question sets ask the database: a number, whatever stands in the set."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.governance.making import FIRST, GRACE, JUDGED, proposed, reworded, rule_proposed
from tests.support import signed_in


def test_every_page_asks_as_often_as_it_is_known_to(transactional_db: None) -> None:
    draft, waiting = reworded(), proposed()
    rule_proposed()
    grace = signed_in(GRACE)
    here, there = f"/question-sets/drafts/{draft.pk}", f"/question-sets/drafts/{waiting.pk}"
    pages = (
        "/question-sets/", f"/question-sets/{JUDGED}", f"/question-sets/{JUDGED}/version/{FIRST}", f"{here}/",
        f"{here}/questions/impact", f"{here}/questions/impact/answers/a_lot", f"{here}/questions/support/when/show_when",
        f"{here}/preview", f"{here}/changes", f"{here}/past", f"{there}/decide", "/local-rules/",
        "/local-rules/contact-standards", "/local-rules/contact-standards/decide",
    )  # fmt: skip
    asked = {}
    for address in pages:
        assert grace.get(address).status_code == 200, address  # what is kept for the process is kept
        with CaptureQueriesContext(
            connection,
        ) as queries:
            grace.get(address)
        asked[address.replace(str(draft.pk), "1").replace(str(waiting.pk), "2")] = len(queries)
    most = max(asked.values())
    assert most <= 15, asked


@pytest.mark.parametrize("more", [0, 30])
def test_a_longer_set_is_asked_for_no_more_often(transactional_db: None, more: int) -> None:
    from tests.governance.making import begun, written

    def longer(data: dict) -> None:  # type: ignore[type-arg]
        data["sections"][1]["questions"] += [
            {"key": f"more_{at}", "text": f"More {at}?", "kind": "text"} for at in range(more)
        ]

    draft = written(begun(JUDGED), longer)
    grace = signed_in(GRACE)
    grace.get(f"/question-sets/drafts/{draft.pk}/")
    with CaptureQueriesContext(connection) as queries:
        grace.get(f"/question-sets/drafts/{draft.pk}/")
    assert len(queries) <= 12
