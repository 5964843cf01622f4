"""Somebody at a browser: signs in as people do, and answers forms by the names of their boxes."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.conftest import PASSWORD


class Somebody:
    """A signed-in person with a window of their own."""

    browser: ClassVar[Browser]
    at: ClassVar[str]

    def __init__(self, email: str, *, script: bool = True, width: int = 1280) -> None:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        context.set_default_timeout(15_000)
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.go("/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: urlsplit(url).path == "/")

    def go(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.at + path)

    @property
    def path(self) -> str:
        """Where the window stands, without the host."""
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What the page says, as it is seen, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    def choose(self, **answers: str) -> None:
        """Tick the choice with this value, box by box: `q__danger_now="yes"` is the box q-danger_now."""
        for name, value in answers.items():
            self.page.check(f'input[name="{_box(name)}"][value="{value}"]')

    def write(self, **answers: str) -> None:
        """Fill boxes with words."""
        for name, value in answers.items():
            self.page.fill(f'[name="{_box(name)}"]', value)

    def pick(self, **answers: str) -> None:
        """Choose from lists, by value."""
        for name, value in answers.items():
            self.page.select_option(f'select[name="{_box(name)}"]', value)

    def press(self, words: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).first.click()

    def press_access_key(self, letter: str) -> None:
        """Press Alt and a letter, as somebody at a keyboard does, and wait for the page that follows. The browser's own way of
        pressing keys for tests leaves out the letter that stands on the key, by which access keys are found."""
        key = {
            "key": letter,
            "code": f"Key{letter.upper()}",
            "windowsVirtualKeyCode": ord(letter.upper()),
            "modifiers": 1,
        }
        keyboard = self.page.context.new_cdp_session(self.page)
        with self.page.expect_navigation():
            keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": letter, **key})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        keyboard.detach()

    def follow(self, words: str) -> None:
        """Follow a link that the page shows."""
        link = self.page.get_by_role("link", name=words).first
        assert link.is_visible(), self.text
        with self.page.expect_navigation():
            link.click()

    def sees(self, name: str) -> bool:
        """Whether a box can be seen."""
        return self.page.locator(f'[name="{_box(name)}"]').first.is_visible()


def _box(name: str) -> str:
    return name.replace("__", "-", 1) if name[1:3] == "__" else name
