"""Takes the pictures of the README's tour from a running demonstration.

.venv/bin/python docs/tour/take_pictures.py http://localhost:8000 PASSWORD
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1280, 1000
PRIYA = "priya.nair@charnwood.example"
COLIN = "colin.webb@charnwood.example"
NOOR = "noor.aslam@charnwood.example"
RAVI = "ravi.desai@police.example"


def signed_in(browser: Browser, base: str, email: str, password: str) -> Page:
    """A page on which this person has signed in."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(f"{base}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[type=password]", password)
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def take(page: Page, name: str) -> None:
    """Keep what the window shows as <name>.png."""
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=HERE / f"{name}.png")


def take_a_report(page: Page, base: str) -> None:
    """Fill the form in as far as what is known appears beside it."""
    page.goto(f"{base}/reports/take")
    page.check("input[name$=danger_now][value=no]")
    page.get_by_label("Who is calling?").fill("Margret Elis")
    page.get_by_label("On what number can we ring back?").fill("01632 960142")
    page.get_by_label("Where is it happening?").fill("14 sparrow ln loughborough")
    page.get_by_label("What is happening, in their words?").fill(
        "He is banging on our door again and shouting. My daughter is hiding upstairs."
    )
    page.wait_for_timeout(2500)


def main(base: str, password: str) -> None:
    """All pictures, into this folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = signed_in(browser, base, PRIYA, password)
        page.goto(f"{base}/")
        take(page, "my-work")
        link = page.locator("a", has_text="Tell Margaret Ellis").first.get_attribute("href") or ""
        page.goto(base + "/".join(link.split("/")[:3]))
        take(page, "case")
        take_a_report(page, base)
        take(page, "take-a-report")
        page.goto(f"{base}/find")
        page.fill("main input[name=q]", "Margret Elis")
        page.fill("main input[name=reason]", "She rang about her case")
        page.locator("main button", has_text="Find").first.click()
        page.wait_for_load_state("networkidle")
        take(page, "find")
        page.goto(f"{base}/areas/E07000130")
        page.wait_for_timeout(1500)
        take(page, "area")
        supervisor = signed_in(browser, base, COLIN, password)
        supervisor.goto(f"{base}/compliance")
        take(supervisor, "compliance")
        steward = signed_in(browser, base, NOOR, password)
        steward.goto(f"{base}/put-right/next")
        take(steward, "records")
        auditor = signed_in(browser, base, RAVI, password)
        auditor.goto(f"{base}/audit/")
        take(auditor, "audit")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
