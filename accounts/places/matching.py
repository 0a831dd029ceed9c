"""Which GeoNames place is which commune: by name, region, population and nearness.

Only `build_reference` uses it, once a year.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Communes named after their island or district, whose seat GeoNames knows by the town's name.
SEATS = {
    "97501": "Miquelon", "97701": "Gustavia", "97801": "Marigot", "98612": "Leava",
    "98613": "Mata-Utu", "98711": "Tukuhora", "98714": "Vaitape", "98719": "Rikitea",
    "98720": "Otepa", "98722": "Hitiaa", "98723": "Atuona", "98724": "Fare",
    "98729": "Afareaitu", "98731": "Taiohae", "98740": "Avatoru", "98744": "Moerai",
    "98747": "Afaahiti", "98748": "Vairao", "98753": "Mataura", "98754": "Tevaitoa",
    "98809": "Vao", "98814": "Wé", "98815": "Tadine", "98832": "Yaté-Barrage",
}  # fmt: skip

# A place farther than this (km) from every other matched commune of the same EPCI (or, without
# any, of the same department) is a homonym. The limit is shorter for unsure names.
MAX_REACH_KM = 25.0
MAX_UNSURE_REACH_KM = 10.0
# Cost of a candidate: |ln(population ratio)| + distance / REACH_SCALE_KM.
REACH_SCALE_KM = 15.0
# Largest |ln(population ratio)| allowed by rank of name: an official name may designate a village
# that is only part of its commune; an alternative or partial name must agree on the size.
MAX_POPULATION_GAP = (4.0, 3.0, 1.0, 2.0, 0.7)
UNSURE_NAMES = {2, 4}
EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A GeoNames point. ``region`` is the INSEE region code (or overseas collectivity)."""

    ident: int
    name: str
    other_names: tuple[str, ...]
    region: str
    population: int
    latitude: float
    longitude: float


@dataclass(slots=True)
class Commune:
    """A present commune; ``place`` is its GeoNames point once matched."""

    code: str
    name: str
    postal_codes: list[str]
    population: int
    department: str
    region: str
    epci: str
    former_names: list[str] = field(default_factory=list)
    place: Place | None = None


def fold(name: str) -> str:
    """Return the name in lower case, without accents nor punctuation: « Œuf-en-Ternois » →
    ``oeuf en ternois``."""
    name = name.lower().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def without_article(folded: str) -> str:
    """Return the folded name without its leading article: GeoNames often drops it."""
    return re.sub(r"^(le|la|les|l) (?=.)", "", folded)


def beginnings(folded: str) -> list[str]:
    """Return the folded name and its leading words, from the longest; never less than two words
    after « saint » : « evry courcouronnes » → itself and « evry »."""
    words = without_article(folded).split()
    least = 2 if words and words[0] in {"saint", "sainte"} else 1
    return [" ".join(words[:size]) for size in range(len(words), least - 1, -1)]


def distance_km(a: Place, b: Place) -> float:
    """Return the distance in kilometres (flat approximation, right within 1 % at this scale)."""
    x = math.radians(b.longitude - a.longitude) * math.cos(
        math.radians((a.latitude + b.latitude) / 2)
    )
    return EARTH_RADIUS_KM * math.hypot(x, math.radians(b.latitude - a.latitude))


def population_gap(commune: Commune, place: Place) -> float:
    """Return |ln(population ratio)|, or 1 when GeoNames does not know the population."""
    if not place.population:
        return 1.0
    return abs(math.log(max(commune.population, 1) / place.population))


class Matcher:
    """Give each commune at most one place, and each place to at most one commune."""

    def __init__(self, communes: Sequence[Commune], places: Sequence[Place]) -> None:
        self.communes = communes
        self.taken: set[int] = set()
        self.by_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self.by_short_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self.by_other_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self.by_beginning: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in places:
            folded = fold(place.name)
            self.by_name[place.region, folded].append(place)
            self.by_short_name[place.region, without_article(folded)].append(place)
            for beginning in beginnings(folded):
                self.by_beginning[place.region, beginning].append(place)
            for other in {without_article(fold(name)) for name in place.other_names} - {""}:
                self.by_other_name[place.region, other].append(place)
        self.anchors: dict[str, list[Commune]] = defaultdict(list)

    def run(self) -> None:
        """Set ``place`` on every commune that can be matched."""
        self._match_unique_names()
        # Twice: the places found first are neighbours that help to judge the others.
        for _ in range(2):
            self._match_by_cost()

    def _match_unique_names(self) -> None:
        """Match the names borne by one commune and one place of the region: the anchors."""
        bearers = Counter((commune.region, fold(commune.name)) for commune in self.communes)
        for commune in self.communes:
            key = (commune.region, fold(SEATS.get(commune.code, commune.name)))
            places = self.by_name.get(key, [])
            if len(places) != 1 or (bearers[key] > 1 and commune.code not in SEATS):
                continue
            if population_gap(commune, places[0]) <= MAX_POPULATION_GAP[0]:
                self._take(commune, places[0])
        # A lone name may still be a homonym (a hamlet of another department): drop those that
        # no neighbour confirms.
        strays = [
            commune
            for commune in self.communes
            if commune.place and self._reach(commune, commune.place) > MAX_REACH_KM
        ]
        for commune in strays:
            self._release(commune)

    def _match_by_cost(self) -> None:
        """Match the rest, best name first, then least cost."""
        options = []
        for commune in self.communes:
            if commune.place:
                continue
            for rank, place in self._candidates(commune):
                gap = population_gap(commune, place)
                reach = self._reach(commune, place)
                limit = MAX_UNSURE_REACH_KM if rank in UNSURE_NAMES else MAX_REACH_KM
                if gap <= MAX_POPULATION_GAP[rank] and reach <= limit:
                    cost = gap + reach / REACH_SCALE_KM
                    options.append((rank, cost, commune.code, place.ident, commune, place))
        for *_, commune, place in sorted(options, key=lambda option: option[:4]):
            if commune.place is None and place.ident not in self.taken:
                self._take(commune, place)

    def _candidates(self, commune: Commune) -> Iterable[tuple[int, Place]]:
        """Yield (rank of name, free place): 0 same name, 1 same but for the article, 2 another
        name of the place, 3 name of a former commune, now part of this one, 4 one name begins
        with the other (« Éragny » for Éragny-sur-Oise, « Guidel-Plage » for Guidel)."""
        region, folded = commune.region, fold(commune.name)
        short = without_article(folded)
        former = [without_article(fold(name)) for name in commune.former_names]
        found = (
            (0, self.by_name.get((region, folded), [])),
            (1, self.by_short_name.get((region, short), [])),
            (2, self.by_other_name.get((region, short), [])),
            *((3, self.by_short_name.get((region, name), [])) for name in former),
            (4, self.by_beginning.get((region, short), [])),
            *((4, self.by_short_name.get((region, name), [])) for name in beginnings(short)),
        )
        seen: set[int] = set()
        for rank, places in found:
            for place in places:
                if place.ident not in self.taken and place.ident not in seen:
                    seen.add(place.ident)
                    yield rank, place

    def _reach(self, commune: Commune, place: Place) -> float:
        """Return the distance in km from the place to the nearest other matched commune of the
        same EPCI, else of the same department, else 0. Overseas, where a region is one department
        and homonyms are none, always 0."""
        if commune.region == commune.department or commune.department.startswith("97"):
            return 0.0
        for key in (commune.epci, commune.department):
            others = [other for other in self.anchors.get(key, []) if other is not commune]
            if key and others:
                return min(distance_km(place, other.place) for other in others if other.place)
        return 0.0

    def _take(self, commune: Commune, place: Place) -> None:
        commune.place = place
        self.taken.add(place.ident)
        for key in (commune.epci, commune.department):
            self.anchors[key].append(commune)

    def _release(self, commune: Commune) -> None:
        if commune.place:
            self.taken.discard(commune.place.ident)
        commune.place = None
        for key in (commune.epci, commune.department):
            self.anchors[key].remove(commune)
