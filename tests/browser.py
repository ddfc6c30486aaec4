"""How do tests drive a browser, where there is one? By the fixture `browser`, which skips where there is none."""

import shutil
import tempfile
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A browser that is started for a test asks for nothing and reports nothing.
SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,720",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[WebDriver]:
    """A headless browser of 1280 by 720, with a profile of its own."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    # Both are looked for here, because selenium would download what it does not find.
    if program is None or driver is None:
        pytest.skip(f"no browser: needs chromedriver and one of {', '.join(BROWSERS)}")
    options = Options()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for switch in (*SWITCHES, f"--user-data-dir={profile}"):
            options.add_argument(switch)
        window = webdriver.Chrome(options=options, service=Service(executable_path=driver))
        try:
            yield window
        finally:
            window.quit()
