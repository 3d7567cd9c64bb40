from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from simulation import ROOT

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
PICTURES = ROOT / "artifacts"


@pytest.fixture(scope="module")  # its event loop must end with the file: the next one may start a loop of its own
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=os.environ.get("LAB_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield opened
        opened.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server that everybody in a file visits, as a class does; every visitor is somebody else."""
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    log = (folder / "server.log").open("w")
    # A store of its own, and the kernels of this process: nothing that these tests compute may be there already.
    server = subprocess.Popen([sys.executable, "asgi.py", "--port", str(port)], cwd=ROOT, stdout=log, stderr=log,
                              env=os.environ | {"LAB_CACHE": str(folder)})  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "server.log").read_text()
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


class Visit:
    """A page somebody looks at, with everything that went wrong behind it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._asked)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(f"{message.text} {message.location}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.wrong.append(f"request to {request.url}")

    def see(self, path: str) -> Page:
        """Open a path of the lab."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1")
        return self.page

    def picture(self, name: str) -> None:
        """Keep what can be seen, as a whole page, for people to look at."""
        PICTURES.mkdir(exist_ok=True)
        size = self.page.viewport_size or {"width": 1400, "height": 1000}
        height = self.page.evaluate("Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollHeight))")
        self.page.set_viewport_size({"width": size["width"], "height": min(int(height) + 40, 6000)})
        self.page.wait_for_timeout(700)
        self.page.screenshot(path=PICTURES / f"{name}.png")
        self.page.set_viewport_size(size)

    def too_wide(self) -> int:
        """Pixels by which the page can be scrolled sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Visit]]:
    contexts = []

    def start(width: int = 1400, scheme: str = "light", locale: str = "zh-CN") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 1000}, locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(60_000)
        return Visit(context.new_page(), server)

    yield start
    for context in contexts:
        context.close()
