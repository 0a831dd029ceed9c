"""The sense beside the words: it helps, shows nothing that one may not see, and may fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from marketplace.choices import Scope
from marketplace.models import Listing
from search.catalogue import search_catalogue
from search.indexing import mark
from search.maintenance import rebuild_embedded
from search.models import Row, SenseVector
from search.query import RECENT, CatalogueQuery
from search.results import CatalogueResult
from search.sense import keeping, nearest
from search.sense.encoders import EncoderError, Service, encoder
from tests.factories import OrganisationFactory, PartnershipFactory, member
from tests.search.conftest import titles

pytestmark = [pytest.mark.django_db, pytest.mark.sense]
Publish = Callable[..., Listing]

LAWYERS = "Permanence juridique pour associations"
# No word of it stands in what answers it.
LOOKED_FOR = "consultation avocat"


@pytest.fixture(autouse=True)
def _with_the_sense() -> Iterator[None]:
    nearest.forget()
    settings.EMBEDDINGS = True
    yield
    settings.EMBEDDINGS = False
    nearest.forget()


@pytest.fixture
def few(publish: Publish) -> None:
    """Things far from one another, each with its vector."""
    for title, summary in (
        (LAWYERS, "Un juriste répond à vos questions de droit."),
        ("Tondeuse à gazon", "Pour un grand terrain."),
        ("Chorale du mardi", "Chanter à plusieurs voix."),
        ("Remorque pour deux vélos", "Attelage standard."),
    ):
        publish(title=title, summary=summary)
    catch_up()


def catch_up() -> int:
    return keeping.catch_up()


def find(user: User, text: str, **fields: Any) -> CatalogueResult:
    return search_catalogue(CatalogueQuery(text=text, **fields), user, engine="embedded")


def kindred(result: CatalogueResult) -> list[str]:
    return [hit.item.title for hit in result.kindred]


def test_what_has_other_words_for_the_same_thing_is_shown_apart_and_never_counted(
    few: None, reader: User
) -> None:
    result = find(reader, LOOKED_FOR)
    assert result.total == 0
    assert kindred(result)[:1] == [LAWYERS]
    assert "Tondeuse à gazon" not in kindred(result)
    assert all(not counts for counts in result.facets.values())


def test_what_nobody_may_see_is_not_near_either(publish: Publish, reader: User) -> None:
    publish(title=LAWYERS, scope=Scope.ORGANISATION, organisation=OrganisationFactory())
    publish(title="Permanence juridique des associations", state="paused")
    catch_up()
    assert kindred(find(reader, LOOKED_FOR)) == []


def test_near_is_the_catalogue_of_the_reader_whoever_reads_also_right_after_a_change(
    publish: Publish, reader: User
) -> None:
    home, partner = reader.memberships.get().organisation, OrganisationFactory()
    PartnershipFactory(proposer=home, partner=partner)
    made = [
        publish(title=f"{LAWYERS}, {scope}", scope=scope, organisation=body)
        for scope in ("organisation", "partners", "verified", "public")
        for body in (home, partner, OrganisationFactory())
    ]
    catch_up()
    readers = [reader, member(partner), member(OrganisationFactory()), AnonymousUser()]

    def shown() -> list[set[int]]:
        doors = [Listing.objects.in_catalogue_for(one) for one in readers]
        near = [set(nearest.near(LOOKED_FOR, door, 200).ids) for door in doors]
        assert near == [set(door.values_list("pk", flat=True)) for door in doors]
        return near

    before = shown()
    assert len({len(ids) for ids in before}) > 2
    for listing in made:
        Listing.objects.filter(pk=listing.pk).update(scope="organisation")
        mark("listing", [listing.pk])
    assert shown() != before


def test_the_filters_hold_for_what_is_near(few: None, reader: User) -> None:
    assert kindred(find(reader, LOOKED_FOR)) == [LAWYERS]
    filtered = find(reader, LOOKED_FOR, directions=("need",))
    assert kindred(filtered) == []


def test_with_answers_enough_to_the_words_nothing_is_added(publish: Publish, reader: User) -> None:
    for number in range(10):
        publish(title=f"Vélo de ville n° {number}")
    publish(title="Bicyclette hollandaise")
    catch_up()
    result = find(reader, "vélo")
    assert result.total == 10
    assert kindred(result) == []


def test_among_answers_to_the_same_words_the_nearest_in_sense_comes_first(
    publish: Publish, reader: User
) -> None:
    publish(title="Bureau de vote", summary="Une urne, un ordinateur.")
    publish(title="Bureau libre", summary="Au calme, un ordinateur.")
    publish(title="Bureau des objets trouvés", summary="Au sous-sol, un ordinateur.")
    catch_up()
    assert titles(find(reader, "ordinateur bureau des élections"))[0] == "Bureau de vote"
    assert titles(find(reader, "ordinateur bureau tranquille"))[0] == "Bureau libre"


def test_another_order_is_left_as_asked(few: None, reader: User) -> None:
    assert kindred(find(reader, LOOKED_FOR, sort=RECENT)) == []


def test_the_same_text_is_encoded_once_whatever_happens_to_it(
    few: None, publish: Publish, reader: User
) -> None:
    made = SenseVector.objects.count()
    assert made == 4
    rebuild_embedded("listing")
    publish(title="Chorale du mardi", summary="Chanter à plusieurs voix.")
    assert catch_up() == 0
    publish(title="Chorale du jeudi", summary="Chanter à plusieurs voix.")
    assert SenseVector.objects.count() + catch_up() == made + 1


def test_rows_written_before_have_their_hash_and_their_vector_at_the_next_tick(
    few: None, reader: User
) -> None:
    SenseVector.objects.all().delete()
    Row.objects.update(sense_hash="")
    nearest.forget()
    assert catch_up() == 4
    assert catch_up() == 0
    assert kindred(find(reader, LOOKED_FOR)) == [LAWYERS]


def test_what_is_no_longer_said_is_forgotten(few: None) -> None:
    Row.objects.filter(title__startswith="tond").delete()
    assert keeping.forget_unused() == 1
    SenseVector.objects.update(encoder="an older one")
    assert keeping.forget_unused() == 3


def test_a_page_asks_as_many_queries_for_few_vectors_as_for_many(
    few: None, publish: Publish, reader: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        find(reader, LOOKED_FOR)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find(reader, LOOKED_FOR)
        return len(queries)

    before = asked()
    for number in range(20):
        publish(title=f"Atelier n° {number}", summary="Un samedi par mois.")
    catch_up()
    assert asked() == before


# --- A service ------------------------------------------------------------------------------------


class _Answering(BaseHTTPRequestHandler):
    """OpenAI's embeddings: the number of letters a and b of each text."""

    delay = 0.0
    asked: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({**body, "key": self.headers["Authorization"]})
        time.sleep(self.delay)
        data = [
            {"index": place, "embedding": [text.count("a") + 1.0, text.count("b") + 1.0]}
            for place, text in enumerate(body["input"])
        ]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"data": data[::-1]}).encode())

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    _Answering.asked, _Answering.delay = [], 0.0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/"
    server.shutdown()


def test_a_service_gives_vectors_of_length_one_in_the_order_asked(service: str) -> None:
    made = Service(service, "multilingual-e5-small", "secret", 0.8).passages(["aaa", "bbb"])
    assert made.shape == (2, 2)
    assert made[0][0] > made[0][1] and made[1][1] > made[1][0]  # noqa: PT018
    assert (made**2).sum(axis=1) == pytest.approx([1, 1])
    assert _Answering.asked[0]["input"] == ["passage: aaa", "passage: bbb"]
    assert _Answering.asked[0]["key"] == "Bearer secret"


def test_a_service_that_is_slow_or_gone_leaves_the_words_alone_within_a_second(
    service: str, few: None, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Answering.delay = 5
    for address in (service, "http://127.0.0.1:9/v1"):
        monkeypatch.setattr(settings, "EMBEDDINGS_URL", address)
        with pytest.raises(EncoderError):
            encoder().query("chorale")  # type: ignore[union-attr]
        started = time.monotonic()
        assert titles(find(reader, "chorale")) == ["Chorale du mardi"]
        assert time.monotonic() - started < 1.5
