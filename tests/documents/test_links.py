"""Every link and picture of the documents leads somewhere within the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    for _, _, target in LINK.findall(document.read_text()):
        if not target.startswith(("http://", "https://", "mailto:", "#")):
            assert (document.parent / target.partition("#")[0]).exists(), target


def test_every_picture_of_the_tour_says_in_words_what_it_shows() -> None:
    pictures = [words for mark, words, _ in LINK.findall((ROOT / "README.md").read_text()) if mark]
    assert len(pictures) >= 4
    assert all(len(words) > 15 for words in pictures)
