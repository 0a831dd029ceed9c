"""The containers' files say what the operators' docs promise."""

from __future__ import annotations

import re

import pytest
import yaml
from django.conf import settings

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text()
STAGES = dict(re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.M | re.S))
SERVICES = COMPOSE["services"]
DATA = {"postgres": "17", "redis": "7", "elasticsearch": "9"}


def test_every_part_is_there():
    assert set(SERVICES) == {"migrate", "web", "worker", "scheduler", "proxy", *DATA}


@pytest.mark.parametrize(("name", "version"), DATA.items())
def test_services_have_the_promised_version_and_no_way_out(name, version):
    image, tag = SERVICES[name]["image"].split(":")

    assert image == name
    assert re.match(rf"{version}\b", tag)
    assert SERVICES[name]["networks"] == ["inside"]
    assert "ports" not in SERVICES[name]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_each_service_has_a_health_check(name):
    service = SERVICES[name]
    own = "test" in service.get("healthcheck", {})
    of_image = "build" in service and "HEALTHCHECK" in STAGES[service["build"]["target"]]

    assert own or of_image


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root_or_can_become_it(name):
    service = SERVICES[name]
    if "build" in service:
        users = re.findall(r"^USER (\S+)", STAGES[service["build"]["target"]], re.M)
        assert users
        assert users[-1].split(":")[0] not in {"root", "0"}
    elif name != "elasticsearch":  # its image's own user is not root
        assert service["user"] not in {"root", "0"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_packages_are_installed_by_their_hashes():
    assert "--require-hashes" in STAGES["packages"]


def test_every_variable_is_described_and_exemplified():
    described = (settings.BASE_DIR / "docs/configuration.md").read_text()
    example = (settings.BASE_DIR / ".env.example").read_text()
    used = set(re.findall(r"\$\{(\w+)", (settings.BASE_DIR / "docker-compose.yml").read_text()))
    required = set(
        re.findall(r"\$\{(\w+):\?", (settings.BASE_DIR / "docker-compose.yml").read_text())
    )

    assert {name for name in used if f"`{name}`" not in described} == set()
    assert {name for name in required if f"\n{name}=" not in example} == set()


def test_every_variable_that_the_settings_read_is_described():
    described = (settings.BASE_DIR / "docs/configuration.md").read_text()
    read = set()
    for path in (settings.BASE_DIR / "portal/settings").glob("*.py"):
        read |= set(re.findall(r'environment\.\w+\(\s*"(\w+)"', path.read_text()))

    assert read
    assert {name for name in read if f"`{name}`" not in described} == set()


def test_publiccode_has_what_the_standard_requires():
    public = yaml.safe_load((settings.BASE_DIR / "publiccode.yml").read_text())
    french = public["description"]["fr"]

    assert {"name", "url", "platforms", "developmentStatus", "softwareType"} <= set(public)
    assert public["legal"]["license"] == "AGPL-3.0-or-later"
    assert public["maintenance"]["contacts"]
    assert public["localisation"] == {"localisationReady": False, "availableLanguages": ["fr"]}
    assert len(french["shortDescription"]) <= 150
    assert 150 <= len(french["longDescription"]) <= 10_000
    assert french["features"]


def test_files_sent_by_the_proxy_keep_what_holds_them_in_check():
    """nginx drops these headers of ours when it sends a file in our place."""
    conf = (settings.BASE_DIR / "docker/nginx.conf").read_text()
    sent = conf.split("location /internal/media/")[1].split("location")[0]

    assert "internal;" in sent
    assert "add_header X-Content-Type-Options nosniff always;" in sent
    assert "add_header Content-Security-Policy \"default-src 'none'; sandbox\" always;" in sent
