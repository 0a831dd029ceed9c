"""A real OpenID Connect provider (npm oidc-provider) in a process of its own, and who goes there.

`npm ci --prefix tests/oidc_provider` installs it; CI does.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from django.test import Client

from accounts.models import IdentityProvider, Organisation

SERVER = Path(__file__).parents[2] / "oidc_provider"
SECRET = "un secret de quarante caractères et plus encore"
SIRET, OTHER_ESTABLISHMENT = "00091000000017", "00091000000025"
OTHER_SIRET = "00091001800019"
REF, UNSIGNED_REF = "0pen1d0000", "0pen1d0001"
HOST = "vallees.localhost"
GOOD = {"given_name": "Awa", "usual_name": "Diallo", "family_name": "Diallo", "uid": "42"}
# Whom the provider knows: what is typed as their name there, and what it then says of them.
PEOPLE: dict[str, dict[str, Any]] = {
    "awa": {**GOOD, "email": "Awa.Diallo@vallees.example", "siret": SIRET},
    "standard": {**GOOD, "email": "awa@vallees.example", "email_verified": True},
    "unproven": {**GOOD, "email": "awa@vallees.example", "email_verified": False, "siret": SIRET},
    "silent": {**GOOD, "email": "awa@vallees.example"},
    "elsewhere": {**GOOD, "email": "awa@ailleurs.example", "siret": SIRET},
    "lookalike": {**GOOD, "email": "awa@evil-vallees.example", "siret": SIRET},
    "employee": {**GOOD, "email": "awa@vallees.example", "siret": OTHER_SIRET},
    "annexe": {**GOOD, "email": "awa@vallees.example", "siret": OTHER_ESTABLISHMENT},
    "strange": {**GOOD, "email": "awa@vallees.example", "siret": "12"},
    "nobody": {**GOOD, "siret": SIRET},
    "odd": {**GOOD, "email": ["awa@vallees.example"], "siret": {"is": 1}},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The address of the provider; tests that ask for it are marked `openid`."""
    port = free_port()
    common = {"post_logout_redirect_uris": ["http://localhost/connexion/openid/sortie/"]}
    clients = [
        {
            "client_id": ref,
            "client_secret": SECRET.encode().hex(),
            "redirect_uris": [f"http://localhost/connexion/openid/{ref}/retour/"],
            **common,
            **more,
        }
        for ref, more in (
            (REF, {"userinfo_signed_response_alg": "RS256"}),
            (UNSIGNED_REF, {}),
        )
    ]
    process = subprocess.Popen(
        ["node", "server.mjs", str(port)],
        cwd=SERVER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"clients": clients, "people": PEOPLE}) + "\n")
    process.stdin.flush()
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("listening"):
            break
    else:
        pytest.fail("the provider did not start: " + "".join(said))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def vallees(collectivite: Organisation) -> Organisation:
    collectivite.siret = SIRET
    collectivite.save()
    return collectivite


@pytest.fixture
def provider(vallees: Organisation, issuer: str) -> IdentityProvider:
    """The collectivité's provider, a ProConnect, that opens memberships."""
    return make_provider(vallees, issuer)


def make_provider(organisation: Organisation, issuer: str, **fields: Any) -> IdentityProvider:
    values: dict[str, Any] = {
        "ref": REF,
        "kind": "proconnect",
        "is_on": True,
        "issuer": issuer,
        "client_id": fields.get("ref", REF),
        "email_domains": "vallees.example\nmairie.vallees.example",
        "opens_membership": True,
    }
    made = IdentityProvider(organisation=organisation, **{**values, **fields})
    made.secret = SECRET.encode().hex()
    made.full_clean()
    made.save()
    return made


@dataclass
class Traveller:
    """One browser: its cookies on the collectivité's host, on the platform's, at the provider's."""

    home: Client
    platform: Client
    away: requests.Session = field(default_factory=requests.Session)

    def leaves(self, next_path: str = "") -> str:
        """Press the button; return the provider's address, where the platform sends one."""
        begun = self.home.get("/connexion/openid/", {"next": next_path} if next_path else {})
        assert begun.status_code == 302
        assert begun.url.startswith("http://localhost/connexion/openid/")
        url: str = self.platform.get(path_of(begun.url)).url
        return url

    def proves(self, url: str, login: str, *, consents: bool = True) -> str:
        """Sign in at the provider's; return where it sends one back (not followed)."""
        response = self.away.get(url)
        for _ in range(3):
            prompt = re.search(r'name="prompt" value="(\w+)"', response.text)
            assert prompt, response.text
            if prompt[1] == "consent" and not consents:
                abort = re.search(r'href="([^"]+/abort)"', response.text)
                assert abort, response.text
                back = self._until_back(self.away.get, abort[1])
            else:
                action = re.search(r'action="([^"]+)"', response.text)
                assert action
                data = {"prompt": prompt[1], "login": login, "password": "peu importe"}
                back = self._until_back(
                    lambda to, **kw: self.away.post(to, data=data, **kw),  # noqa: B023
                    urljoin(response.url, action[1]),
                )
            if isinstance(back, str):
                return back
            response = back
        raise AssertionError("the provider asks for ever")

    def _until_back(self, send: Callable[..., requests.Response], url: str) -> Any:
        response = send(url, allow_redirects=False)
        while response.is_redirect:
            url = urljoin(response.url, response.headers["location"])
            if url.startswith("http://localhost/"):
                return url
            response = self.away.get(url, allow_redirects=False)
        return response

    def returns(self, url: str) -> str:
        """Go back to the platform; return where it sends one: a passage or a refusal."""
        response = self.platform.get(path_of(url))
        assert response.status_code == 302, response.content
        assert "_auth_user_id" not in self.platform.session  # never signed in there
        answer: str = response.url
        assert answer.startswith(f"http://{HOST}/connexion/openid/"), answer
        return answer

    def passage(self, login: str, next_path: str = "") -> str:
        return self.returns(self.proves(self.leaves(next_path), login))

    def signs_in(self, login: str, next_path: str = "") -> Any:
        """Go all the way; return the last answer of the collectivité's host."""
        return self.home.get(path_of(self.passage(login, next_path)))

    @property
    def user_id(self) -> str | None:
        found: str | None = self.home.session.get("_auth_user_id")
        return found


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@pytest.fixture
def traveller(client_for: Callable[..., Client]) -> Traveller:
    return Traveller(home=client_for(host=HOST), platform=client_for())
