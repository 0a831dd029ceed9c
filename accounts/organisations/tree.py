"""The departments of an organisation as a tree, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from accounts.models import Department
from accounts.words import fold

# Deeper, it is no longer an organisation chart; it also ends any circle that a bad import made.
MOST_LEVELS = 12


class DepartmentTree:
    """Departments by their place; every method answers from memory."""

    def __init__(self, departments: Iterable[Department]) -> None:
        self.departments = {department.pk: department for department in departments}
        self._children: dict[int | None, list[int]] = defaultdict(list)
        by_name = sorted(self.departments.values(), key=lambda one: (fold(one.name), one.pk))
        for department in by_name:
            self._children[department.parent_id].append(department.pk)

    @classmethod
    def of(cls, *organisation_ids: int) -> DepartmentTree:
        """Return the tree of the organisations; one query."""
        return cls(Department.objects.filter(organisation__in=organisation_ids).order_by())

    def children(self, pk: int | None) -> list[Department]:
        """Return the departments just below, by name; those at the top for None."""
        return [self.departments[child] for child in self._children[pk]]

    def upwards(self, pk: int | None) -> list[int]:
        """Return the department and those above it, nearest first; nothing for None."""
        found: list[int] = []
        while pk in self.departments and pk not in found:
            found.append(pk)
            pk = self.departments[pk].parent_id
        return found

    def below(self, *pks: int) -> set[int]:
        """Return the departments and all those below them."""
        found: set[int] = set()
        waiting = list(pks)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(self._children[pk])
        return found

    def path(self, pk: int | None, separator: str = " › ") -> str:
        """Return «Direction › Service», or an empty text for none."""
        return separator.join(self.departments[one].name for one in reversed(self.upwards(pk)))

    def in_order(self, top: int | None = None, depth: int = 0) -> Iterator[tuple[int, Department]]:
        """Yield (depth, department) as one reads the chart: each above its own, by name."""
        if depth > MOST_LEVELS:
            return
        for department in self.children(top):
            yield depth, department
            yield from self.in_order(department.pk, depth + 1)

    def choices(self) -> list[tuple[str, str]]:
        """Return (reference, path) of each, in the order of the chart."""
        return [(one.ref, self.path(one.pk)) for _, one in self.in_order()]

    def by_ref(self, ref: str) -> Department | None:
        return next((one for one in self.departments.values() if one.ref == ref), None)
