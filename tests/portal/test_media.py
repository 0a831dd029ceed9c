"""No file leaves but by the path that asks the room which owns it."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import media
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _guarded(monkeypatch):
    """A room that owns `essai/` and opens only what is called open.txt."""
    monkeypatch.setattr(media, "_guards", {"essai": lambda path, user, request: "open" in path})
    for name in ("essai/open.txt", "essai/secret.txt", "sans-gardien/open.txt", "essai/open.svg"):
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))


@pytest.mark.usefixtures("_guarded")
class TestServing:
    def test_what_the_room_opens_is_sent(self, client_for):
        response = client_for().get("/fichiers/essai/open.txt")
        assert response.status_code == 200
        assert b"".join(response.streaming_content).startswith(b"<script>")

    @pytest.mark.parametrize(
        "path",
        [
            "essai/secret.txt",
            "essai/absent-open.txt",
            "sans-gardien/open.txt",
            "essai/../essai/open.txt",
            "../manage.py",
            "essai/./open.txt",
        ],
    )
    def test_hidden_unknown_and_crooked_paths_look_alike(self, client_for, path):
        assert client_for().get(f"/fichiers/{path}").status_code == 404

    def test_what_a_browser_could_run_is_downloaded_and_sandboxed(self, client_for):
        response = client_for().get("/fichiers/essai/open.svg")
        assert response["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_behind_a_proxy_the_proxy_sends_it(self, client_for, settings):
        settings.MEDIA_ACCEL_PREFIX = "/prive"
        response = client_for().get("/fichiers/essai/open.txt")
        assert response["X-Accel-Redirect"] == "/prive/essai/open.txt"
        assert response.content == b""


class TestWhatABrowserKeeps:
    @pytest.fixture(autouse=True)
    def _signed_in_only(self, monkeypatch):
        monkeypatch.setattr(
            media, "_guards", {"agents": lambda path, user, request: user.is_authenticated}
        )
        if not default_storage.exists("agents/note.txt"):
            default_storage.save("agents/note.txt", ContentFile(b"entre nous"))

    def test_a_file_for_everybody_is_kept_an_hour(self, client_for, monkeypatch):
        monkeypatch.setattr(media, "_guards", {"agents": lambda path, user, request: True})
        answer = client_for(UserFactory()).get("/fichiers/agents/note.txt")
        assert answer["Cache-Control"] == "private, max-age=3600"

    def test_who_comes_next_at_the_same_browser_does_not_read_what_was_kept(self, client_for):
        browser = client_for(UserFactory())
        first = browser.get("/fichiers/agents/note.txt")
        assert first["Cache-Control"] == "private, no-cache"
        kept = {"If-None-Match": first["ETag"]}
        again = browser.get("/fichiers/agents/note.txt", headers=kept)
        assert (again.status_code, again["Cache-Control"]) == (304, "private, no-cache")
        assert "sandbox" in again["Content-Security-Policy"]
        browser.logout()
        assert browser.get("/fichiers/agents/note.txt", headers=kept).status_code == 404

    def test_a_file_that_has_changed_is_sent_again(self, client_for):
        browser = client_for(UserFactory())
        kept = {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
        assert browser.get("/fichiers/agents/note.txt", headers=kept).status_code == 200

    def test_the_proxy_is_told_not_to_have_it_kept(self, client_for, settings):
        settings.MEDIA_ACCEL_PREFIX = "/prive"
        answer = client_for(UserFactory()).get("/fichiers/agents/note.txt")
        assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["photos/%00/a.jpg", "images/%00", "documents/a%00.pdf"])
def test_a_name_that_no_file_can_have_reaches_no_database(client_for, path):
    """PostgreSQL cannot hold a NUL: its error would be ours."""
    assert client_for().get(f"/fichiers/{path}").status_code == 404
