"""What every page must hold, read from its HTML alone: `faults(html)` names what does not. For any room's tests."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CONTROLS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.labels_for: set[str] = set()
        self.references: list[tuple[str, str]] = []
        self.controls: list[dict[str, str]] = []
        self.landmarks: list[str] = []
        self.open: list[str] = []
        self.title = ""
        self.lang = ""
        self.scripts: list[dict[str, str]] = []
        self.links_without_words = 0
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        for name, value in given.items():
            if name == "style":
                self.faults.append(f"inline style on <{tag}>")
            if name.startswith("on"):
                self.faults.append(f"inline handler {name} on <{tag}>")
            if name in ("href", "src", "action") and value.strip().lower().startswith(
                ("javascript:", "data:")
            ):
                self.faults.append(f"{value[:20]} in {name} of <{tag}>")
            if name == "id":
                self.ids.append(value)
            if name in ("aria-describedby", "aria-labelledby", "aria-controls"):
                self.references += [(name, one) for one in value.split()]
        if tag == "style":
            self.faults.append("inline <style>")
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "script":
            self.scripts.append(given)
            if "src" not in given and given.get("type") != "application/json":
                self.faults.append("inline <script>")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labels_for.add(given.get("for", ""))
        if tag in CONTROLS and given.get("type") not in UNLABELLED:
            self.controls.append(given)
        if tag in ("main", "header", "footer", "nav"):
            self.landmarks.append(tag)
        if tag == "form" and "form" in self.open[:-1]:
            self.faults.append("a form in a form")
        if tag == "form" and "p" in self.open:
            self.faults.append("a form in a paragraph")
        if tag in ("a", "button"):
            self._words = [given.get("aria-label", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open and self.open.pop() != tag:
                pass
        if tag in ("a", "button") and self._words is not None:
            if not "".join(self._words).strip():
                self.faults.append(f"<{tag}> without words")
            self._words = None

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data
        if self._words is not None:
            self._words.append(data)


def read(html: str) -> _Reader:
    """The page as its parts: title, lang, headings, ids, controls, landmarks, scripts."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def fragment_faults(html: str) -> list[str]:
    """What a piece of a page gets wrong: inline script or style, ids twice, controls without a label."""
    page = read(html)
    found = list(page.faults)
    found += [f"id {one} twice" for one in sorted({one for one in page.ids if page.ids.count(one) > 1})]
    for control in page.controls:
        if control.get("id") not in page.labels_for and not control.get("aria-label"):
            found.append(f"no label for {control.get('name') or control}")
    found += [f"{name} names no {one}" for name, one in page.references if one not in page.ids]
    return found


def faults(html: str) -> list[str]:
    """What a whole page gets wrong; an empty list for a good one."""
    page = read(html)
    found = fragment_faults(html)
    if not html.lstrip().lower().startswith("<!doctype html>"):
        found.append("no doctype")
    if page.lang != "en-GB":
        found.append(f"lang is {page.lang!r}")
    if not page.title.strip() or page.title.strip().startswith("–"):
        found.append("no title")
    if page.headings.count(1) != 1:
        found.append(f"{page.headings.count(1)} h1")
    after_first = page.headings[page.headings.index(1) :] if 1 in page.headings else []
    for before, heading in pairwise(after_first):
        if heading > before + 1:
            found.append(f"h{heading} after h{before}")
    if page.landmarks.count("main") != 1:
        found.append(f"{page.landmarks.count('main')} main")
    if html.count('class="govuk-error-summary"') > 1:
        found.append("two error summaries")
    if 'href="#main"' not in html or "main" not in page.ids:
        found.append("the skip link leads nowhere")
    return found
