"""What Wagtail may offer on a page: nothing that leads to a closed address."""

from __future__ import annotations

from wagtail.models import PagePermissionTester


class DeskPermissions(PagePermissionTester):
    """Stock rights, less what `opened.OPENED` closes to the people of a collectivité."""

    def can_move(self) -> bool:
        return False

    def can_copy(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self.page.specific_class.holds_the_site and super().can_delete(ignore_bulk)

    def can_unpublish(self) -> bool:
        return not self.page.specific_class.holds_the_site and super().can_unpublish()
