from __future__ import annotations

import pytest

from tests.support import signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_the_page_opens() -> None:
    answer = signed_in("priya.nair@charnwood.example").get("/reports/take")
    assert answer.status_code == 200
