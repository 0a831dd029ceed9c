"""How fast the catalogue answers, engine by engine, next to a bare query on the same data.

    .venv/bin/python -m benchmarks.search --live 3000

Uses a throw-away database (SQLite, or PostgreSQL when DATABASE_URL says so) and, when
ELASTICSEARCH_URL is set, indexes of its own prefix that it deletes. Prints p50 and p95 in
milliseconds for one client, the whole page included.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from benchmarks.database import throwaway

THINGS = [
    "vélo",
    "barnum",
    "tente",
    "salle",
    "remorque",
    "fourgon",
    "bureau",
    "écran",
    "projecteur",
    "sono",
    "tondeuse",
    "chaise",
    "table",
    "atelier",
    "échafaudage",
    "minibus",
    "scène",
    "grille",
    "vidéoprojecteur",
    "imprimante",
    "tronçonneuse",
]
QUALITIES = [
    "électrique",
    "pliant",
    "ancien",
    "léger",
    "solide",
    "neuf",
    "accessible",
    "partagé",
    "mobile",
    "fermé",
    "ouvert",
    "petit",
    "grand",
    "calme",
    "lumineux",
]
SENTENCES = [
    "Prêté par le service des fêtes",
    "Caution demandée",
    "Disponible le mercredi et le week-end",
    "Mode d’emploi fourni",
    "À deux pas de la gare",
    "Montage à trois personnes",
    "Adhérents et agents bienvenus",
    "Remise sur place avec état des lieux.",
]
QUERIES = {
    "word and facets": "q=v%C3%A9lo&sens=offre",
    "two words": "q=v%C3%A9lo+pliant",
    "broad word": "q=mat%C3%A9riel",
    "no word": "",
    "distance": "q=salle&lieu=Metz&rayon=20&tri=distance",
    "dates": "du=2027-06-12&au=2027-06-18",
    "typing error": "q=remorqeu",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", type=int, default=3000, help="published listings")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with throwaway():
        run(options.live, options.rounds)


def build(live: int) -> object:
    from django.utils import timezone

    from marketplace.models import Listing
    from search.documents import kind_named
    from search.maintenance import rebuild_embedded
    from tests.factories import CategoryFactory, CommuneFactory, OrganisationFactory, member

    chance = random.Random(7)  # the same corpus each time
    organisations = OrganisationFactory.create_batch(max(10, live // 100))
    categories = CategoryFactory.create_batch(30)
    author = member(organisations[0], "agent")
    commune = CommuneFactory()
    natures = [("equipment", "loan"), ("equipment", "gift"), ("vehicle", "loan"),
               ("premises", "hosting"), ("skill", "time")]  # fmt: skip
    rows = []
    for _ in range(live):
        nature, transfer = chance.choice(natures)
        title = f"{chance.choice(THINGS).capitalize()} {chance.choice(QUALITIES)}"
        rows.append(
            Listing(
                direction=chance.choice(["offer", "offer", "offer", "need"]),
                nature=nature, transfer=transfer, title=title,
                summary=chance.choice(SENTENCES),
                description=". ".join(chance.sample(SENTENCES, 4)),
                category=chance.choice(categories), organisation=chance.choice(organisations),
                author=author, commune=commune, state="published",
                scope=chance.choice(["verified", "verified", "public", "partners"]),
                latitude=49.1 + chance.gauss(0, 0.4), longitude=6.2 + chance.gauss(0, 0.6),
                published_at=timezone.now(),
            )
        )  # fmt: skip
    Listing.objects.bulk_create(rows, batch_size=500)
    started = time.perf_counter()
    rebuild_embedded("listing", progress("embedded index"))
    seconds = time.perf_counter() - started
    print(f"\nembedded rebuild: {live} listings in {seconds:.1f} s ({live / seconds:.0f} a second)")
    assert kind_named("listing")
    return author


def progress(label: str) -> Callable[[int, int], None]:
    def draw(done: int, total: int) -> None:
        sys.stderr.write(f"\r{label}: {done}/{total}")

    return draw


def run(live: int, rounds: int) -> None:
    from django.conf import settings
    from django.db import connection
    from django.http import QueryDict
    from django.test import Client
    from wagtail.models import Site

    from marketplace.models import Listing
    from search.catalogue import search_catalogue
    from search.elastic import indices
    from search.elastic.client import client
    from search.maintenance import rebuild_elasticsearch
    from search.parsing import parse_query

    Site.objects.update(hostname="localhost")
    user = build(live)
    address = settings.ELASTICSEARCH_URL
    engines = ["embedded"]
    if address:
        settings.ELASTICSEARCH_TIMEOUT = 5  # measured, not cut
        started = time.perf_counter()
        rebuild_elasticsearch("listing", progress("elasticsearch index"))
        client(10).indices.refresh(index=indices.alias("listing"))
        print(f"\nelasticsearch rebuild: {time.perf_counter() - started:.1f} s")
        engines.append("elasticsearch")
    print(f"\n{live} live listings, {connection.vendor}; one client, {rounds} rounds, ms")
    print(f"{'class':<18}{'engine':<16}{'answers':>9}{'p50':>9}{'p95':>9}{'page p50':>10}")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for name, parameters in QUERIES.items():
        for engine in engines:
            settings.ELASTICSEARCH_URL = address if engine == "elasticsearch" else ""

            def ask(engine: str = engine, parameters: str = parameters) -> int:
                query = parse_query(QueryDict(parameters), user).query
                result = search_catalogue(query, user, engine=engine)
                assert result.engine == engine
                return result.total

            total = ask()
            times = measure(ask, rounds)
            pages = measure(lambda p=parameters: browser.get(f"/marche/?{p}"), max(5, rounds // 3))
            print(
                f"{name:<18}{engine:<16}{total:>9}{statistics.median(times):>9.1f}"
                f"{p95(times):>9.1f}{statistics.median(pages):>10.1f}"
            )
    visible = Listing.objects.in_catalogue_for(user)
    plain = measure(
        lambda: list(visible.filter(title__icontains="vélo").values_list("pk")[:20]), rounds
    )
    print(f"{'word':<18}{'icontains':<16}{'':>9}{statistics.median(plain):>9.1f}{p95(plain):>9.1f}")
    if address:
        settings.ELASTICSEARCH_URL = address
        indices.delete_all(client(10))


def measure(what: Callable[[], object], rounds: int) -> list[float]:
    what()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        what()
        times.append((time.perf_counter() - started) * 1000)
    return times


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


if __name__ == "__main__":
    main()
