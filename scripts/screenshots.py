"""Photograph the main pages of each role at 1280 and 320 px into screenshots/.

    make screenshots                         starts the demonstration on a free port
    make screenshots PLATFORM=http://localhost:8000      uses the one that runs there
    make screenshots ROLE=nadia-meyer        one folder only (visiteur-plateforme for nobody)

A page that answers with an error or scrolls sideways is told at the end, and fails the command.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import Browser, Page, sync_playwright
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "portal/demonstration/data"
OUT = ROOT / "screenshots"
WIDTHS = (1280, 320)
PASSWORD = "demonstration"  # noqa: S105 - the demonstration's, known to all
NOBODY = "visiteur"
PUBLIC = {
    "accueil": "/",
    "marche": "/marche/",
    "marche-recherche": "/marche/?q=velo",
    "recherche": "/recherche/?q=salle",
    "connexion": "/connexion/",
    "inscription": "/inscription/",
    "adresse-inconnue": "/une-page-qui-n-existe-pas/",
}
SIGNED_IN = {
    "accueil": "/",
    "marche": "/marche/",
    "publier": "/marche/publier/",
    "mes-annonces": "/mes-annonces/",
    "mes-echanges": "/mes-echanges/",
    "mon-compte": "/mon-compte/",
    "nouvelles": "/mon-compte/nouvelles/",
}
# Pages that only some roles may open: tried for all, photographed for those.
BY_ROLE = {
    "mon-equipe": "/mon-equipe/",
    "coordination": "/coordination/",
    "cms": "/cms/",
    "plateforme": "/plateforme/",
}


def main() -> None:
    chromium = subprocess.run(
        [ROOT / "scripts/find-chromium"], capture_output=True, text=True, check=False
    ).stdout.strip()
    if not chromium:
        sys.exit("Il faut Chromium. Sur Debian : sudo apt-get install chromium")
    role = os.environ.get("ROLE", "")
    shutil.rmtree(OUT / role, ignore_errors=True)
    with platform() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        wanted = [job for job in jobs(address) if role in ("", job[0])]
        troubles = [
            trouble for job in tqdm(wanted, unit="rôle") for trouble in shoot(browser, *job)
        ]
        browser.close()
    print(f"{len(list(OUT.rglob('*.png')))} captures dans {OUT.relative_to(ROOT)}/")
    for trouble in troubles:
        print(f"À voir : {trouble}")
    sys.exit(bool(troubles))


@contextlib.contextmanager
def platform() -> Iterator[str]:
    """Give the address of a running demonstration; start one when none is given."""
    given = os.environ.get("PLATFORM", "").rstrip("/")
    if given:
        yield given
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    server = subprocess.Popen(
        [ROOT / "scripts/demo"], env={**os.environ, "PORT": str(port)}, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(1200):
            if server.poll() is not None:
                sys.exit("La démonstration n’a pas démarré.")
            with contextlib.suppress(urllib.error.URLError, TimeoutError):
                urllib.request.urlopen(f"{address}/health/ready", timeout=5)  # noqa: S310
                break
            time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def jobs(address: str) -> list[tuple[str, str, str | None]]:
    """Return (name of the folder, address of the host, e-mail or None for nobody)."""
    people = yaml.safe_load((DATA / "people.yaml").read_text(encoding="utf-8"))
    organisations = yaml.safe_load((DATA / "organisations.yaml").read_text(encoding="utf-8"))
    intranets = {
        org["key"]: org["intranet"]["host_prefix"] for org in organisations if org.get("intranet")
    }
    port = urlsplit(address).port
    emails = {person["key"]: person["email"] for person in people["people"]}

    def host(key: str | None) -> str:
        return f"http://{intranets[key]}.localhost:{port}" if key in intranets else address

    result: list[tuple[str, str, str | None]] = [(f"{NOBODY}-plateforme", address, None)]
    result += [(f"{NOBODY}-{key}", host(key), None) for key in intranets]
    for account in people["accounts"]:
        result.append((account["person"], host(account["organisation"]), emails[account["person"]]))
    return result


def shoot(browser: Browser, folder: str, host: str, email: str | None) -> Iterator[str]:
    """Photograph the pages of one person on one host; yields what is wrong with them."""
    context = browser.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    try:
        if email is not None:
            sign_in(page, host, email)
        pages = PUBLIC if email is None else {**SIGNED_IN, **BY_ROLE}
        for name, path in [*pages.items(), *listings(page, host)]:
            for width in WIDTHS:
                yield from photograph(
                    page, host + path, OUT / folder / f"{name}-{width}.png", width
                )
    except Exception as error:  # one person's trouble leaves the others their pictures
        yield f"{folder} : {str(error).splitlines()[0]}"
    finally:
        context.close()


def sign_in(page: Page, host: str, email: str) -> None:
    """Sign in through the real page; raises when it stays there."""
    page.goto(f"{host}/connexion/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/connexion/" not in url)


def listings(page: Page, host: str) -> Iterator[tuple[str, str]]:
    """Yield the first offer and the first need that the catalogue shows this person."""
    page.goto(f"{host}/marche/")
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    for name, pattern in (
        ("offre", r"/marche/offres/[^/]+/"),
        ("besoin", r"/marche/besoins/[^/]+/"),
    ):
        found = next((href for href in hrefs if re.fullmatch(pattern, href)), None)
        if found:
            yield name, found


def photograph(page: Page, address: str, target: Path, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 900})
    response = page.goto(address, wait_until="load")
    status = response.status if response else 0
    expected_refusal = status in (403, 404) and urlsplit(address).path in BY_ROLE.values()
    if expected_refusal:
        return
    unknown = "une-page-qui-n-existe-pas" in address
    if status >= 400 and not (unknown and status == 404):
        yield f"{status} {address}"
    widest = page.evaluate("document.documentElement.scrollWidth")
    if widest > width and "/cms/" not in address and "/plateforme/" not in address:
        yield f"{widest} px de large pour {width} : {address}"
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=True)


if __name__ == "__main__":
    main()
