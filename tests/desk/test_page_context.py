"""What a view tells its page is not covered by what every page is told.

Django's Jinja2 backend puts the context of every page over the view's: a view that used one of these names would
silently lose what it said.
"""

from __future__ import annotations

import ast
from pathlib import Path

import sentinel
from sentinel.accounts.context import session
from sentinel.desk.context import page
from tests.support import PRIYA, user

ROOT = Path(sentinel.__file__).parent
# The same thing under the same name does no harm.
SAME = {"actor", "request"}


def shared_names(rf) -> set[str]:
    request = rf.get("/help/")
    request.user = user(PRIYA)
    request.session = {}
    return set(page(request)) | set(session(request))


def said_by_views() -> list[tuple[str, int, str]]:
    """Every key of a dictionary in a module that renders pages."""
    found = []
    for file in ROOT.rglob("*.py"):
        text = file.read_text()
        if "render(" not in text or file.name == "context.py":
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Dict):
                found += [
                    (str(file.relative_to(ROOT)), key.lineno, key.value)
                    for key in node.keys
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                ]
    return found


def test_no_view_uses_a_name_that_every_page_is_given(rf, transactional_db: None) -> None:
    names = shared_names(rf) - SAME
    assert {"nav", "ways", "signed_in"} <= names
    said = said_by_views()
    assert len(said) > 50
    assert [one for one in said if one[2] in names] == []
