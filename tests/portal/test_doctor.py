"""`doctor`: one line a part, and how to mend what is wrong."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from wagtail.models import Site

from accounts.models import Commune
from portal import diagnosis
from portal.diagnosis import CHECKS, examine
from portal.ticking import run_due
from tests.factories import CommuneFactory

pytestmark = pytest.mark.django_db
NOBODY = "127.0.0.1:1"


def wrong(name: str) -> list[str]:
    return [f"{finding.text} → {finding.mend}" for _, finding in examine([name]) if finding.mend]


@pytest.fixture
def mended(platform_site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    CommuneFactory()


def test_nothing_is_wrong_with_a_sound_installation(mended, settings, collectivite):
    # Whatever services the tests run with, no worker nor scheduler runs beside them.
    settings.REDIS_URL = ""

    assert [line for name in CHECKS for line in wrong(name)] == []


def test_the_command_prints_a_line_a_part_and_fails_when_one_is_wrong(mended, capsys):
    call_command("doctor", "--only", "database", "files")
    assert capsys.readouterr().out.count("bien") == 2

    Commune.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("doctor", "--only", "places")
    assert "python manage.py load_places" in capsys.readouterr().out


def test_a_media_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    (line,) = wrong("files")
    assert "ne peut pas être écrit" in line
    assert "MEDIA_ROOT" in line


def test_an_elasticsearch_that_does_not_answer(settings):
    settings.ELASTICSEARCH_URL = f"http://{NOBODY}"

    (line,) = wrong("elasticsearch")
    assert "moteur embarqué" in line


def test_an_elasticsearch_too_old(settings, monkeypatch):
    settings.ELASTICSEARCH_URL = f"http://{NOBODY}"
    monkeypatch.setattr(diagnosis.health, "elasticsearch_version", lambda timeout: "8.19.1")

    assert wrong("elasticsearch") == [
        "Elasticsearch 8.19.1 est trop ancien → installez la version 9"
    ]


def test_a_mail_server_that_does_not_answer(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = NOBODY.split(":")

    (line,) = wrong("mail")
    assert "EMAIL_URL" in line


def test_a_platform_without_a_site(settings, platform_site):
    settings.PLATFORM_URL = "https://entraide.example"

    assert any("set_platform" in line for line in wrong("sites"))


def test_an_intranet_that_allowed_hosts_forgot(settings, collectivite):
    settings.ALLOWED_HOSTS = ["localhost"]

    assert wrong("sites") == ["vallees.localhost n’est pas servi → ajoutez-le à ALLOWED_HOSTS"]


def test_a_site_of_nobody(platform_site):
    Site.objects.create(hostname="lost.localhost", root_page=platform_site.root_page)

    (line,) = wrong("sites")
    assert "lost.localhost" in line


@pytest.mark.redis
def test_a_scheduler_that_runs_and_one_that_never_did():
    assert "jamais" in wrong("scheduler")[0]

    run_due([])

    assert wrong("scheduler") == []


@pytest.mark.redis
def test_no_worker_in_service():
    (line,) = wrong("worker")
    assert "rqworker" in line


def test_a_database_that_breaks_is_a_finding_too(monkeypatch):
    def broken():
        raise diagnosis.Error("the disk is full\nand more")

    monkeypatch.setitem(CHECKS, "places", ("Communes", broken))

    assert wrong("places") == ["lecture impossible (the disk is full) → remettez la base en état"]
