"""Health: answered on any host name, and ready only when pages can be served."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from portal import health

pytestmark = pytest.mark.django_db
NOBODY = "127.0.0.1:1"  # a port where nothing listens


def test_live_needs_nothing_and_no_known_host(client):
    response = client.get("/health/live", headers={"host": "unknown.example"})

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_when_the_database_answers(client):
    response = client.get("/health/ready", headers={"host": "10.0.0.7"})

    assert response.status_code == 200
    assert response.json()["database"] == "ok"
    assert response["Cache-Control"] == "no-store"


def test_not_ready_without_the_database(client, monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.connection, "cursor", refuse, raising=False)
    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json() == {**response.json(), "status": "down", "database": "down"}


def test_elasticsearch_and_redis_are_told_but_decide_nothing(client, settings, monkeypatch):
    settings.ELASTICSEARCH_URL = f"http://{NOBODY}"
    settings.REDIS_URL = f"redis://{NOBODY}"
    monkeypatch.setattr(health.cache, "get", lambda key: None, raising=False)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "redis": "down",
        "elasticsearch": "down",
    }


@pytest.mark.elasticsearch
def test_a_real_node_tells_its_version():
    version = health.elasticsearch_version(timeout=5)

    assert version is not None
    assert version.startswith("9.")


@pytest.mark.redis
def test_a_real_redis_gives_back_what_it_was_given():
    assert health.cache_answers()
