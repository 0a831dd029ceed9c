"""/_courriels/: the e-mails in files, to read without a mail server."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from portal.development.urls import urlpatterns as development
from portal.urls import handler403, handler404  # noqa: F401
from portal.urls import urlpatterns as ordinary

# portal.urls has these pages with DEBUG only, and tests run without it.
urlpatterns = [*development, *ordinary]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def send(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    backend = "django.core.mail.backends.filebased.EmailBackend"

    def send(*subjects, to="nadia@exemple.test"):
        messages = []
        for subject in subjects:
            message = EmailMultiAlternatives(
                subject, f"Lisez http://vallees.localhost/{subject}/\n\n-- \nÀ bientôt", to=[to]
            )
            message.attach_alternative(
                f"<html><script>alert(1)</script><p>{subject}</p></html>", "text/html"
            )
            messages.append(message)
        get_connection(backend).send_messages(messages)

    return send


def test_without_any_email_the_page_says_how_to_get_one(client_for, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "not-there"

    response = client_for().get("/_courriels/")

    assert response.status_code == 200
    assert "Aucun courriel" in response.content.decode()


def test_emails_are_listed_newest_first_and_kept_by_recipient(client_for, send):
    send("ancienne", "récente")
    send("autre", to="karim@exemple.test")

    page = client_for().get("/_courriels/").content.decode()
    kept = client_for().get("/_courriels/", {"pour": "NADIA"}).content.decode()

    assert page.index("récente") < page.index("ancienne")
    assert "autre" in page
    assert "autre" not in kept
    assert "récente" in kept


def test_an_email_shows_its_text_with_links_and_its_html_in_a_closed_frame(client_for, send):
    send("bienvenue")
    browser = client_for()
    listed = browser.get("/_courriels/").context["emails"][0]
    address = f"/_courriels/{listed.file_name}/{listed.rank}/"

    page = browser.get(address).content.decode()
    frame = browser.get(f"{address}html/")

    assert 'href="http://vallees.localhost/bienvenue/"' in page
    assert "À bientôt" in page
    assert "<script>alert" not in page
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert "<p>bienvenue</p>" in frame.content.decode()
    assert "default-src 'none'" in frame["Content-Security-Policy"]


@pytest.mark.parametrize(
    "place", ["absent.log/0/", "..%2f..%2fmanage.py/0/", "base.sqlite3/0/", "absent.log/99/html/"]
)
def test_an_unknown_place_is_a_404(client_for, send, place):
    send("bienvenue")

    assert client_for().get(f"/_courriels/{place}").status_code == 404


def test_the_product_without_debug_has_no_such_page(client_for, settings):
    settings.ROOT_URLCONF = "portal.urls"

    assert client_for().get("/_courriels/").status_code == 404
