"""Headless Chromium on a served database, for the pictures of the documentation.

Runs in the virtual environment (playwright lives there):

    python -m tools.browser ADDRESS FOLDER LANGUAGE [NAME ...]
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from . import paths
from .provision import system

WIDTH, HEIGHT = 1440, 900
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE = {"width": 390, "height": 844}
LOCALES = {"en": "en-US", "ru": "ru-RU"}
PASSWORD = {"admin": "admin", "demo": "demo", "harbour": "harbour"}
# Noise of stock Odoo in a headless browser without a push service or a sound card.
HARMLESS = ("service worker", "serviceworker", "push", "Failed to load resource: net::")


def main(address: str, folder: str, language: str, *names: str) -> int:
    shots = json.loads((paths.ROOT / "docs" / "screenshots.json").read_text())
    wanted = [shot for shot in shots if not names or shot["name"] in names]
    problems: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=system.find("chromium"), args=FLAGS
        )
        for login in sorted({shot.get("login", "admin") for shot in wanted}):
            page = _page(browser, language, problems)
            _log_in(page, address, login)
            for shot in wanted:
                if shot.get("login", "admin") == login:
                    _take(page, address, shot, Path(folder), language, problems)
        browser.close()
    for problem in problems:
        print(f"✗ {problem}")
    return 1 if problems else 0


def _page(browser, language: str, problems: list[str]) -> Page:
    """A page of a browser that asks for pages in this language, as a portal obeys."""
    size = {"width": WIDTH, "height": HEIGHT}
    page = browser.new_context(viewport=size, locale=LOCALES[language]).new_page()
    page.set_default_timeout(120_000)  # first page: assets are compiled

    def note(message) -> None:
        if message.type == "error" and not any(h in message.text for h in HARMLESS):
            problems.append(f"{page.url}: console: {message.text[:200]}")

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"[:300]))
    return page


def _log_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD[login])
    page.click("button[type=submit]:not([name])")
    page.wait_for_selector(".o_main_navbar, .o_portal_wrap, #wrap")


def _take(page, address, shot, folder, language, problems) -> None:
    """`steps` are selectors to click, in order; a step `{lang: selector}` differs by
    language. The picture is of the whole window or of `clip`, a selector; `phone`
    shows the page as on a phone, at its full length."""
    phone = shot.get("phone", False)
    page.set_viewport_size(PHONE if phone else {"width": WIDTH, "height": HEIGHT})
    try:
        page.goto(address + shot["url"])
        page.wait_for_selector(shot.get("wait", ".o_action_manager .o_content"))
        for step in shot.get("steps", ()):
            page.locator(step).first.click()
            page.wait_for_timeout(700)
        page.wait_for_timeout(shot.get("pause", 1500))
        _refuse_dialog(page, shot, problems)
        target = page.locator(shot["clip"]).first if "clip" in shot else page
        folder.joinpath(language).mkdir(parents=True, exist_ok=True)
        path = folder / language / f"{shot['name']}.png"
        target.screenshot(path=path, **({"full_page": True} if phone else {}))
        print(f"  {language}/{shot['name']}.png", flush=True)
    except Error as error:
        problems.append(f"{shot['name']}: {str(error).splitlines()[0]}")


def _refuse_dialog(page, shot, problems) -> None:
    """An error dialog on a picture is a bug of the screen, not a picture."""
    for text in page.locator(".o_error_dialog").all_inner_texts():
        problems.append(f"{shot['name']}: {text[:300]}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
