"""What is wrong with the page that Chromium shows: found by axe, by its width, and by going over it with the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.web.site import Site

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
    iframes: false, preload: false})
  .then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 200)).join(' ; ')))"""
# What can be focused and is shown must look otherwise with the keyboard on it than without. A radio or a checkbox is
# drawn by its label, which is where the change is.
KEYBOARD = """() => {
  const of = (e, part) => { const s = getComputedStyle(e, part);
    return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.backgroundColor, s.borderTopColor, s.textDecorationLine].join() };
  const look = e => [e, e.parentElement, ...(e.labels || [])].map(
    one => of(one) + of(one, '::before') + of(one, '::after')).join();
  const seen = e => e.checkVisibility() && !e.closest('.govuk-visually-hidden');
  const wrong = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(e => seen(e) && !e.disabled).filter(e => {
      document.activeElement.blur();
      const before = look(e);
      e.focus({focusVisible: true});
      return document.activeElement !== e || look(e) === before }).map(e => e.outerHTML.slice(0, 120));
  document.activeElement.blur();
  return wrong }"""


def found_by_axe(page: Page) -> list[str]:
    """What breaks a rule of WCAG 2.2 AA or of good practice, with its elements. Wants AXE in the page: by `load_axe`, or for all
    pages to come by `add_init_script`."""
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


def load_axe(page: Page) -> None:
    """Put axe into the page that is open."""
    page.evaluate(AXE)


def hear(page: Page) -> list[str]:
    """The list into which whatever a page complains of from now on is put."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
    return complaints


def _complains(said: ConsoleMessage) -> bool:
    # That a font was not drawn with for some seconds says how busy the machine is, and nothing of the page.
    return (
        said.type in {"error", "warning"} and "was preloaded using link preload but not used" not in said.text
    )


def too_wide(page: Page) -> list[str]:
    """By how much the page is wider than the window, if it is."""
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{over} px too wide"] if over > 0 else []


def focus_not_seen(page: Page) -> list[str]:
    """Whatever can be focused and does not look otherwise then."""
    return [f"focus not seen: {one}" for one in page.evaluate(KEYBOARD)]


def visit(
    browser: Browser, site: Site, name: str, width: int = 1280, **options: Any
) -> tuple[Page, list[str]]:
    """A page opened in a context of its own, and the list that the console's complaints go into."""
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    complaints = hear(page)
    page.goto(f"{site.address}/{name}")
    page.wait_for_load_state("load")
    return page, complaints
