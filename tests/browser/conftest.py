"""A real demonstration in a real server, and a real Chromium looking at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal.demonstration.source import PASSWORD, read

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# In milliseconds, on a machine that does other things too.
SLOWEST = 30_000
expect.set_options(timeout=SLOWEST)
# The sizes of our definition of done: a desk and a small phone.
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 320, "height": 640}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium"))


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Demonstration:
    """Addresses and accounts of the demonstration that runs for these tests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.addresses = {item["key"]: item["email"] for item in read("people")["people"]}

    def url(self, path: str = "/", host: str = "localhost") -> str:
        if host != "localhost":
            host += ".localhost"
        return f"http://{host}:{self.port}{path}"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Load the demonstration in a database of its own and serve it, once for the session."""
    folder = tmp_path_factory.mktemp("demonstration")
    port = _free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "REDIS_URL": "",
        "ELASTICSEARCH_URL": "",
        "VAR_DIR": str(folder),
        "PLATFORM_URL": f"http://localhost:{port}",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    for command in (["migrate", "-v0"], ["load_demo", "--port", str(port), "--quiet-table"]):
        subprocess.run([*manage, *command], env=environment, check=True, cwd=ROOT)
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(
        [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"],
        env=environment,
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    try:
        _wait_for(f"http://localhost:{port}/health/ready", server)
        yield Demonstration(port)
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:  # it still answers some browser
            server.kill()
        log.close()


def _wait_for(url: str, server: subprocess.Popen) -> None:
    for _ in range(480):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError("the demonstration's server did not start")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, timeout=4 * SLOWEST
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh browser window at a size; errors in it fail the test."""
    contexts = []

    def build(size: str = "desk", **options: Any) -> Page:
        context = chromium.new_context(viewport=SIZES[size], locale="fr-FR", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOWEST)
        return page

    yield build
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(open_page: Callable[..., Page], demonstration: Demonstration) -> Callable[..., Page]:
    """Return a function that signs a person of the demonstration in, through the real page."""

    def build(person: str, host: str = "localhost", size: str = "desk") -> Page:
        page = open_page(size)
        page.goto(demonstration.url("/connexion/", host))
        page.get_by_label("Adresse électronique").fill(demonstration.addresses[person])
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(lambda url: "/connexion/" not in url)
        return page

    return build


@pytest.fixture(scope="session")
def cookies() -> dict[tuple[str, str], Any]:
    """What the browser kept of each person who signed in to read, by person and host."""
    return {}


@pytest.fixture
def reading_as(
    open_page: Callable[..., Page], signed_in: Callable[..., Page], cookies: dict
) -> Callable[..., Page]:
    """Return a function that gives a window of a person, or of nobody, for pages that are only
    read: each signs in once for all tests, so none may sign out in it."""

    def build(person: str | None, host: str = "localhost") -> Page:
        if person is None:
            return open_page()
        if (person, host) in cookies:
            return open_page(storage_state=cookies[person, host])
        page = signed_in(person, host)
        cookies[person, host] = page.context.storage_state()
        return page

    return build
