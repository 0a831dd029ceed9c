"""Which department each line means: one that is there, one to create, or one cannot tell.

People write «VOIRIE», «voirie » or only the end of the path: a department that is there is never
made twice for that. What could be two of them is asked, not guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from accounts.importing.lines import Path, Problem, problem
from accounts.models import Department
from accounts.organisations.tree import MOST_LEVELS, DepartmentTree
from accounts.words import fold

# How many of those that it could be are named.
NAMED = 3


class Places:
    """The departments that a file names, found in the chart or to be created."""

    def __init__(self, tree: DepartmentTree, asked: Iterable[tuple[int, Path]]) -> None:
        """Find each path asked, with the number of its line."""
        self.problems: list[Problem] = []
        self._known: dict[Path, list[tuple[Path, Department]]] = defaultdict(list)
        self._tree = tree
        for department in tree.departments.values():
            path = self.path_of(department)
            self._known[loose(path)].append((path, department))
        self._at: dict[Path, Department] = {}
        self._new: dict[Path, Path] = {}
        self._full: dict[Path, Path | None] = {}
        lines: dict[Path, int] = {}
        for number, path in asked:
            lines.setdefault(path, number)
        # Said to be at the very top, on one line at least.
        self._at_the_top = {loose(_names(path)) for path in lines if path[0] == ""}
        self._ends = self._by_end(lines)
        for path in lines:
            self._full[path] = self._find(path)
        for number, path in asked:
            if self._full[path] is None:
                self.problems.append(self._ambiguous(number, path))
            elif len(self.full(path)) > MOST_LEVELS:
                why = f"Un organigramme a {MOST_LEVELS} niveaux au plus."
                self.problems.append(problem(number, "path", " > ".join(path), why))

    @property
    def new(self) -> list[Path]:
        """Return the departments to create, each once and after those above it."""
        return sorted(self._new.values(), key=len)

    def path_of(self, department: Department) -> Path:
        """Return the whole path of a department that is in the chart."""
        upwards = reversed(self._tree.upwards(department.pk))
        return tuple(self._tree.departments[one].name for one in upwards)

    def full(self, path: Path) -> Path:
        """Return the whole path of what a line asks for; empty for none, or when it is faulty."""
        return self._full.get(path) or ()

    def at(self, full: Path) -> Department | None:
        """Return the department of a whole path; None for none, and for one to be created."""
        return self._at.get(loose(full))

    def add(self, full: Path, department: Department) -> None:
        """Remember one that was created."""
        self._at[loose(full)] = department

    def _by_end(self, asked: Iterable[Path]) -> dict[Path, list[Path]]:
        """Return the whole paths, of the chart and of the file, by each of their ends."""
        whole = {key: found[0][0] for key, found in self._known.items()}
        for path in map(_names, asked):
            for depth in range(1, len(path) + 1):
                whole.setdefault(loose(path[:depth]), path[:depth])
        ends: dict[Path, list[Path]] = defaultdict(list)
        for key, path in whole.items():
            for start in range(1, len(key)):
                ends[key[start:]].append(path)
        return ends

    def _find(self, path: Path) -> Path | None:
        """Return the whole path, new or not; None when it could be several."""
        names = _names(path)
        key = loose(names)
        from_the_top = path[0] == "" or key in self._at_the_top
        if key in self._known:
            return self._one_of(self._known[key], names)
        above: Path = ()
        if len(names) > 1:
            found_above = self._find(path[:-1])
            if found_above is None:
                return None
            above = found_above
        longer = [] if from_the_top else self._ends.get(key, [])
        # Under a department that is there, or that was found by its end, one knows where one is.
        if longer and loose(above) == key[:-1] and key[:-1] not in self._known:
            known = [one for one in longer if loose(one) in self._known]
            if len(longer) > 1 or not known:
                return None
            return self._one_of(self._known[loose(known[0])], known[0])
        full = (*above, names[-1]) if above else names
        if found := self._known.get(loose(full)):
            return self._one_of(found, full)
        return self._new.setdefault(loose(full), full)

    def _one_of(self, found: list[tuple[Path, Department]], asked: Path) -> Path | None:
        """Return the one that is written so; two differ at times by a hyphen only."""
        same = [one for one in found if folded(one[0]) == folded(asked)]
        if len(found) > 1 and len(same) != 1:
            return None
        path, department = (same or found)[0]
        self._at[loose(path)] = department
        return path

    def _ambiguous(self, number: int, path: Path) -> Problem:
        value = " > ".join(path).strip()
        could = self._ends.get(loose(path), [])
        if path[0] == "" or not could:
            why = "Plusieurs services s’écrivent ainsi : reprenez son nom dans la page Services."
        else:
            named = " ; ".join(f"« {' > '.join(one)} »" for one in could[:NAMED])
            why = (
                f"Ce peut être : {named}. Écrivez le chemin entier, ou « > {path[0]} » si "
                "ce service est tout en haut."
            )
        return problem(number, "path", value, why)


def _names(path: Path) -> Path:
    """Return the names of a path as it was asked, which may say that it begins at the top."""
    return path[1:] if path[0] == "" else path


def folded(path: Path) -> Path:
    return tuple(fold(name) for name in path)


def loose(path: Path) -> Path:
    """Return the path as it is compared: without case, accents, hyphens nor spaces."""
    return tuple(" ".join(re.split(r"[\W_]+", fold(name))).strip() or fold(name) for name in path)
