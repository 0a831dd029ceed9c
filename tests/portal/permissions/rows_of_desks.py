"""The rows of what a coordination settles, enters, imports and takes away for its collectivité."""

from __future__ import annotations

from tests.portal.permissions.rows import (
    COORDINATOR,
    MEMBERS,
    READERS,
    Row,
)

TEXT = "À dire."
ROWS: dict[str, Row] = {
    "desk_charters": Row(
        "/coordination/chartes/",
        COORDINATOR,
        COORDINATOR,
        data={"title": "Charte des vélos", "text": "Le casque, toujours."},
    ),
    "desk_charter": Row(
        "/coordination/chartes/{charter}/",
        COORDINATOR,
        COORDINATOR,
        data={"title": "Charte", "text": "Et une lampe.", "changes": "La lampe.", "seen": "1"},
    ),
    # Whoever reads the listing reads what it asks to accept.
    "listing_charter": Row("/marche/offres/{chartered}/charte/", READERS),
    "desk_protection": Row(
        "/coordination/protection/",
        COORDINATOR,
        COORDINATOR,
        data={
            "whose_time": "own",
            **{
                f"own-{name}": TEXT
                for name in ("short", "pay", "accident", "replacement", "stopping")
            },
        },
    ),
    "listing_tags": Row("/marche/publier/etiquettes/", MEMBERS),
    "listing_enter": Row(
        "/coordination/annonces/saisir/",
        COORDINATOR,
        COORDINATOR,
        data={
            "person": "{agent_address}",
            "direction": "offer",
            "kind": "equipment-loan",
            "said_so": "on",
        },
    ),
    # Reading a file that was sent changes nothing; importing it writes drafts.
    "things_import": Row("/coordination/materiel/importer/", COORDINATOR, COORDINATOR),
    "things_import_template": Row("/coordination/materiel/importer/modele.csv", COORDINATOR),
    "things_import_file": Row(
        "/coordination/materiel/importer/{things_file}/",
        COORDINATOR,
        COORDINATOR,
        data={"sure": "1"},
    ),
    "desk_export": Row("/coordination/tableaux/echanges.csv", COORDINATOR),
}
