"""Who borrows shows a certificate that holds until the end of the loan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Notice
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges import todos_of_steps as todos
from marketplace.exchanges.insurance import needs, presentation, rules
from marketplace.exchanges.insurance.guard import insurance_guard
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.models import Exchange
from marketplace.refusals import Refused
from tests.marketplace.factories import PDF, ask, decision, picture, published, skill, world

pytestmark = pytest.mark.django_db

PAGE = "/mes-echanges/assurance/"


@pytest.fixture
def w():
    return world()


def day(number):
    return timezone.localdate() + timedelta(days=number)


def moment(number):
    return timezone.now() + timedelta(days=number)


@pytest.fixture
def van(w):
    return published(w.nadia, w.metropole, terms={"insurance_required": True})


def add(w, until=90, who=None, organisation=None, upload=None):
    return rules.add(
        organisation or w.association,
        who or w.odile,
        upload or decision(),
        day(until),
        "La Mutuelle",
    )


def agreed(w, van, **wish):
    exchange = ask(van, w.odile, w.association, **wish)
    exchange_rules.accept(exchange, w.nadia)
    exchange.refresh_from_db()
    return exchange


def test_a_loan_that_asks_for_it_says_what_is_missing(w, van):
    exchange = agreed(w, van)
    assert "à déposer" in needs.missing(exchange)[0]
    assert exchange.state == "agreed"
    add(w)
    assert needs.missing(exchange) == []
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"


def test_it_must_hold_until_the_last_day_of_the_loan(w, van):
    add(w, until=5)
    exchange = ask(van, w.odile, w.association, wanted_from=moment(3), wanted_until=moment(9))
    assert "s’arrête le" in needs.missing(exchange)[0]
    add(w, until=20)
    assert needs.missing(exchange) == []


def test_nothing_is_asked_inside_one_organisation_nor_where_the_listing_does_not(w, van):
    assert not needs.is_asked(van, w.metropole)
    free = published(w.nadia, w.metropole)
    assert not needs.is_asked(free, w.association)
    assert not needs.is_asked(skill(w.nadia, w.metropole), w.association)


def test_what_is_booked_directly_wants_it_at_once(w, van):
    van.access = "direct"
    # Without a calendar somebody answers: nothing is refused.
    needs.check_direct(van, w.association, moment(3))
    van.resource_id = 1
    with pytest.raises(Refused, match="à déposer"):
        needs.check_direct(van, w.association, moment(3))
    needs.check_direct(van, w.metropole, moment(3))
    add(w)
    needs.check_direct(van, w.association, moment(3))


@pytest.mark.parametrize("who", ["nadia", "sonia", "remi", "gone", "staff"])
def test_only_its_members_deposit_and_remove(w, who):
    with pytest.raises(Refused):
        add(w, who=getattr(w, who))
    certificate = add(w)
    with pytest.raises(Refused):
        rules.remove(certificate, getattr(w, who))


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>"),
        SimpleUploadedFile("a.pdf", b"%PDF-1.4 cut"),
        SimpleUploadedFile("a.pdf", PDF + b"0" * (11 * 1024 * 1024)),
        SimpleUploadedFile("a.jpg", b"GIF89a"),
    ],
)
def test_what_is_no_certificate_is_refused_by_its_content_and_size(w, upload):
    with pytest.raises(Refused):
        add(w, upload=upload)
    assert not InsuranceCertificate.objects.exists()


def test_a_picture_does_and_a_past_or_mistyped_date_does_not(w):
    assert add(w, upload=picture()).file.name.endswith(".jpg")
    for wrong in (-1, 4000):
        with pytest.raises(Refused):
            add(w, until=wrong)


class TestANeedAnsweredWithAnOffer:
    """Its terms are those of the offer, as if the offer had been asked for."""

    @pytest.fixture
    def exchange(self, w, van):
        need = published(w.odile, w.association, "need equipment loan", title="Porter des tables")
        made = ask(need, w.nadia, w.metropole, offer=van)
        exchange_rules.accept(made, w.odile)
        made.refresh_from_db()
        return made

    def test_it_is_confirmed_by_the_certificate_only(self, w, exchange):
        assert exchange.state == "agreed"
        assert "à déposer" in needs.missing(exchange)[0]
        add(w)
        exchange.refresh_from_db()
        assert exchange.state == "confirmed"

    def test_who_borrows_is_asked_for_it_and_who_lends_reads_it(self, w, exchange):
        assert [todo.kind for todo in todos.mine(w.odile)] == ["insurance_missing"]
        assert not list(todos.mine(w.nadia))
        assert presentation.card(exchange, w.odile)["add_url"]
        certificate = add(w)
        assert not list(todos.mine(w.odile))
        assert insurance_guard(certificate.file.name, w.nadia, None)
        assert not insurance_guard(certificate.file.name, w.karim, None)

    def test_an_offer_that_asks_for_none_wants_none(self, w):
        need = published(w.odile, w.association, "need equipment loan", title="Un barnum")
        made = ask(need, w.nadia, w.metropole, offer=published(w.nadia, w.metropole))
        exchange_rules.accept(made, w.odile)
        assert made.state == "confirmed"
        assert presentation.card(made, w.odile) is None


def test_its_organisation_and_who_lends_read_it_nobody_else(w, van):
    certificate = add(w)
    path = certificate.file.name

    def reads(user):
        return insurance_guard(path, user, None)

    assert reads(w.odile)
    assert not any(map(reads, (w.nadia, w.chloe, w.sonia, w.remi, w.gone)))
    exchange = ask(van, w.odile, w.association)
    assert reads(w.nadia)
    assert not any(map(reads, (w.karim, w.sonia, w.remi)))
    exchange_rules.decline(exchange, w.nadia, "not_now")
    assert not reads(w.nadia)
    assert not insurance_guard("insurance/x/y", w.odile, None)


def test_who_deposited_it_is_warned_once_a_month_before(w):
    certificate = add(w, until=31)
    assert rules.remind_due() == 0
    InsuranceCertificate.objects.update(valid_until=day(30))
    assert rules.remind_due() == 1
    assert rules.remind_due() == 0
    notice = Notice.objects.get(kind="insurance_ends")
    assert notice.recipient == w.odile
    assert notice.organisation == w.association
    certificate.refresh_from_db()
    assert certificate.warned_at


def test_nobody_is_warned_where_the_next_one_is_there(w):
    add(w, until=10)
    add(w, until=300)
    assert rules.remind_due() == 0
    assert not Notice.objects.filter(kind="insurance_ends").exists()


def test_the_exchange_shows_the_state_and_the_way(client_for, w, van):
    exchange = agreed(w, van)
    card = presentation.card(exchange, w.odile)
    assert card["add_url"].startswith(PAGE)
    assert presentation.card(exchange, w.nadia)["add_url"] == ""
    assert [todo.kind for todo in todos.mine(w.odile)] == ["insurance_missing"]
    page = client_for(w.odile).get(exchange.get_absolute_url()).content.decode()
    assert "Attestation d’assurance" in page
    answer = client_for(w.odile).post(
        card["add_url"], {"file": decision(), "valid_until": day(100).isoformat()}
    )
    assert answer.status_code == 302
    assert answer["Location"] == exchange.get_absolute_url()
    assert not list(todos.mine(w.odile))
    assert presentation.card(exchange, w.nadia)["words"].startswith("Valable jusqu’au")


def test_the_page_refuses_kindly_and_loses_nothing(client_for, w):
    client = client_for(w.odile)
    page = client.post(PAGE, {"valid_until": day(9).isoformat(), "insurer": "<b>La Mutuelle</b>"})
    text = page.content.decode()
    assert "Choisissez d’abord le fichier" in text
    assert "&lt;b&gt;La Mutuelle" in text
    past = client.post(PAGE, {"file": decision(), "valid_until": day(-3).isoformat()})
    assert "passée" in past.content.decode()
    assert not InsuranceCertificate.objects.exists()


def test_one_removes_ones_own_and_not_anothers(client_for, w):
    certificate = add(w)
    path = f"{PAGE}{certificate.ref}/enlever/"
    assert client_for(w.nadia).post(path).status_code == 404
    assert client_for(w.odile).post(path).status_code == 302
    assert not InsuranceCertificate.objects.exists()


def test_the_form_says_before_one_asks(client_for, w, van):
    page = client_for(w.odile).get(f"{van.get_absolute_url()}demander/").content.decode()
    assert "Vous pouvez demander dès maintenant" in page
    assert not Exchange.objects.exists()


def test_it_stays_while_a_loan_rests_on_it_alone(client_for, w, van):
    certificate = add(w, until=20)
    exchange = agreed(w, van, wanted_from=moment(3), wanted_until=moment(9))
    assert exchange.state == "confirmed"
    url = f"{PAGE}{certificate.ref}/enlever/"
    assert "déposez d’abord" in client_for(w.odile).post(url, follow=True).text
    add(w, until=5)
    for state in ("confirmed", "under_way", "disputed"):
        Exchange.objects.filter(pk=exchange.pk).update(state=state)
        with pytest.raises(Refused, match="repose sur cette attestation"):
            rules.remove(certificate, w.odile)
    add(w, until=10)
    rules.remove(certificate, w.odile)
    last = InsuranceCertificate.objects.order_by("-valid_until").first()
    Exchange.objects.filter(pk=exchange.pk).update(state="completed")
    rules.remove(last, w.odile)
