"""What a file of things would do: new things, changes, and each faulty line with its reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from accounts.importing.columns import Fault, read_cell
from accounts.importing.lines import Problem
from accounts.importing.reading import Table
from accounts.models import Department, Membership, Organisation, User
from accounts.words import clean, fold
from marketplace.booking.models import Resource
from marketplace.booking.setting_up import MOST_UNITS
from marketplace.choices import Nature
from marketplace.importing.columns import COLUMNS, REQUIRED

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass
class Thing:
    """One thing of the file: the lines of one code, read. Empty means: leave as it is."""

    line: int
    code: str
    name: str
    nature: str = ""
    quantity: int | None = None
    place: str = ""
    department: Department | None = None
    keeper: User | None = None
    # Name of each unit with its condition, empty when the file does not say it.
    units: dict[str, str] = field(default_factory=dict)
    existing: Resource | None = None
    changes: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        if self.existing is None:
            return NEW
        return CHANGED if self.changes else SAME


@dataclass
class Plan:
    things: list[Thing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(thing.kind for thing in self.things))

    def changing(self) -> list[Thing]:
        return [thing for thing in self.things if thing.kind != SAME]


def plan_for(organisation: Organisation, table: Table) -> Plan:
    """Return what importing the table would do today; five queries, whatever its size."""
    return _Planner(organisation, table).plan


class _Planner:
    def __init__(self, organisation: Organisation, table: Table) -> None:
        self.plan = Plan(ignored=table.ignored)
        found = Resource.objects.filter(organisation=organisation).exclude(code="")
        self.known = {one.code: one for one in found.prefetch_related("units")}
        self.departments: dict[str, list[Department]] = {}
        for department in organisation.departments.all():
            self.departments.setdefault(fold(department.name), []).append(department)
        live = Membership.objects.live().filter(organisation=organisation, user__is_active=True)
        self.members = {one.user.email.lower(): one.user for one in live.select_related("user")}
        self.things: dict[str, Thing] = {}
        for line in table.lines:
            self._line(line.number, line.cells)
        self.plan.things = list(self.things.values())
        for thing in self.plan.things:
            self._compare(thing)
        self.plan.problems.sort(key=lambda problem: problem.line)

    def _line(self, number: int, cells: dict[str, str]) -> None:
        values: dict[str, Any] = {}
        faulty = False
        for key, raw in cells.items():
            try:
                values[key] = read_cell(key, raw, COLUMNS)
            except Fault as fault:
                self._problem(number, key, raw, str(fault))
                faulty = True
        for key in REQUIRED:
            if not faulty and not values.get(key):
                self._problem(number, key, "", f"Il manque : {COLUMNS[key].label.lower()}.")
                faulty = True
        department, keeper = self._department(number, values), self._keeper(number, values)
        if faulty:
            return
        thing = self.things.get(values["code"])
        if thing is None:
            existing = self.known.get(values["code"])
            thing = Thing(number, values["code"], values["name"], existing=existing)
            self.things[thing.code] = thing
            if existing is None and not values.get("nature"):
                why = "Dites sa nature : « matériel », « véhicule », « salle » ou « bureau »."
                self._problem(number, "nature", "", why)
        elif not values.get("unit") or not thing.units:
            why = (
                f"Ce code est déjà à la ligne {thing.line} : gardez une ligne, ou donnez un nom à "
                "chaque exemplaire."
            )
            self._problem(number, "code", thing.code, why)
            return
        elif fold(values["name"]) != fold(thing.name):
            why = f"La ligne {thing.line} donne un autre nom au même code : « {thing.name} »."
            self._problem(number, "name", values["name"], why)
            return
        self._add(thing, number, values, department, keeper)

    def _add(
        self,
        thing: Thing,
        number: int,
        values: dict[str, Any],
        department: Department | None,
        keeper: User | None,
    ) -> None:
        thing.nature = thing.nature or values.get("nature") or ""
        thing.place = thing.place or values.get("place") or ""
        thing.department = thing.department or department
        thing.keeper = thing.keeper or keeper
        unit, quantity = values.get("unit"), values.get("quantity")
        if unit and quantity and quantity != 1:
            why = "Un exemplaire qui a un nom compte pour un : laissez la quantité vide."
            self._problem(number, "quantity", str(quantity), why)
        elif unit and fold(unit) in {fold(label) for label in thing.units}:
            self._problem(number, "unit", unit, "Cet exemplaire est déjà dans le fichier.")
        elif unit:
            thing.units[unit] = values.get("condition") or ""
            if len(thing.units) > MOST_UNITS:
                why = f"Une chose a {MOST_UNITS} exemplaires au plus : donnez un autre code."
                self._problem(number, "unit", unit, why)
        elif values.get("condition"):
            why = "L’état se dit d’un exemplaire : donnez-lui un nom, ou laissez vide."
            self._problem(number, "condition", values["condition"], why)
        else:
            thing.quantity = quantity
        existing = thing.existing
        if existing is not None and unit and not existing.is_itemised:
            why = "Cette chose se compte en quantité : ses exemplaires n’ont pas de nom."
            self._problem(number, "unit", unit, why)
        elif existing is not None and quantity and existing.is_itemised and not unit:
            why = "Cette chose se compte en exemplaires : donnez-leur un nom, un par ligne."
            self._problem(number, "quantity", str(quantity), why)
        elif thing.nature == Nature.DESK and quantity and quantity > MOST_UNITS:
            why = f"Comptez {MOST_UNITS} bureaux au plus."
            self._problem(number, "quantity", str(quantity), why)

    def _department(self, number: int, values: dict[str, Any]) -> Department | None:
        name = values.get("department")
        if not name:
            return None
        found = self.departments.get(fold(clean(name.split(">")[-1])), [])
        if len(found) == 1:
            return found[0]
        why = (
            "Plusieurs services ont ce nom : laissez vide, vous le choisirez ensuite."
            if found
            else "Ce service n’est pas dans l’organigramme : vérifiez son nom, ou laissez vide."
        )
        self._problem(number, "department", name, why)
        return None

    def _keeper(self, number: int, values: dict[str, Any]) -> User | None:
        address = values.get("keeper")
        if not address:
            return None
        if address not in self.members:
            why = "Personne de l’organisme n’a cette adresse : invitez-la d’abord, ou laissez vide."
            self._problem(number, "keeper", address, why)
        return self.members.get(address)

    def _compare(self, thing: Thing) -> None:
        """Say what changes in what is there already."""
        old = thing.existing
        if old is None:
            return
        if thing.name != old.name:
            thing.changes.append(f"nom : {old.name} → {thing.name}")
        if thing.place and thing.place != old.place_label:
            thing.changes.append(f"lieu : {old.place_label or 'sans'} → {thing.place}")
        if thing.department and thing.department.pk != old.department_id:
            thing.changes.append(f"service : {thing.department.name}")
        if thing.quantity and not old.is_itemised and thing.quantity != old.quantity:
            thing.changes.append(f"quantité : {old.quantity} → {thing.quantity}")
        here = {unit.label: unit for unit in old.units.all()}
        for label, condition in thing.units.items():
            if label not in here:
                thing.changes.append(f"nouvel exemplaire : {label}")
            elif condition and condition != here[label].condition:
                thing.changes.append(f"{label} : état changé")

    def _problem(self, number: int, key: str, value: str, why: str) -> None:
        self.plan.problems.append(Problem(number, COLUMNS[key].label, clean(value, 80), why))
