"""Who manages what, when a file names it by an address on the lines of the team.

A manager manages the service of their own line and what is below it: naming them on somebody's line
says that they do. What the chart of the file would answer must be who is named. Whoever is not in
the file must already manage that service, or one above it: a file may be of a few people only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from accounts.importing.lines import Path, Person, Problem, problem
from accounts.importing.places import loose

Heads = dict[Path, list[Person]]
# Of an address: the whole paths of the departments that whoever has it manages.
Manages = Callable[[str], Iterable[Path]]


def name_managers(people: Iterable[Person], manages: Manages) -> tuple[list[Person], list[Problem]]:
    """Return the people, those named as managing said to, and what does not hold together.

    Their paths are whole ones. `manages` says of whom the file does not name what they manage.
    """
    people = list(people)
    by_address = {person.email: person for person in people}
    problems = []
    named: dict[int, Person] = {}
    for person in people:
        if not person.managed_by:
            continue
        head = by_address.get(person.managed_by)
        if head is None and _manages_already(person, manages(person.managed_by)):
            continue
        if why := _cannot_manage(head):
            problems.append(_problem(person, why))
        elif head is not None:
            named[person.number] = head
    managing = {head.number for head in named.values()}
    people = [
        replace(person, manages=True) if person.number in managing else person for person in people
    ]
    heads: Heads = defaultdict(list)
    for person in people:
        if person.manages:
            heads[loose(person.path)].append(person)
    for person in people:
        if person.number in named and (why := _other_answer(person, named[person.number], heads)):
            problems.append(_problem(person, why))
    return people, problems


def _manages_already(person: Person, managed: Iterable[Path]) -> bool:
    key = loose(person.path)
    return any(key[: len(path)] == path for path in map(loose, managed))


def _cannot_manage(head: Person | None) -> str:
    if head is None:
        return (
            "Aucune ligne de ce fichier n’a cette adresse, et personne ici n’encadre ce service à "
            "cette adresse : ajoutez la sienne, ou laissez vide."
        )
    if not head.path:
        return f"Dites à la ligne {head.number} dans quel service est cette personne."
    if head.manages is False:
        return f"La ligne {head.number} dit « non » pour cette personne : corrigez l’une des deux."
    return ""


def _other_answer(person: Person, head: Person, heads: Heads) -> str:
    """Return what is wrong when somebody else, or nobody, would answer for the person."""
    if head.number == person.number:
        return ""
    key = loose(person.path)
    for depth in range(len(key), 0, -1):
        nearest = [one for one in heads[key[:depth]] if one.number != person.number]
        if any(one.number == head.number for one in nearest):
            return ""
        if nearest:
            return (
                f"D’après la ligne {nearest[0].number}, c’est {nearest[0].name} qui encadre "
                f"« {person.path[depth - 1]} » : gardez une seule réponse."
            )
    if len(key) == 1 and person.manages:
        return ""  # nobody is above the head of a service at the top of the chart
    return (
        f"Cette personne est dans « {' > '.join(head.path)} », qui n’est ni ce service ni l’un de "
        "ceux qui le contiennent : laissez vide, ou corrigez l’un des deux services."
    )


def _problem(person: Person, why: str) -> Problem:
    return problem(person.number, "managed_by", person.managed_by, why)
