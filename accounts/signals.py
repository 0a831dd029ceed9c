"""What this room says happened; sent by its rules, inside the transaction of the change."""

from django.dispatch import Signal

# organisation_ids: list[int] (their name, place or existence changed)
organisations_changed = Signal()
# user_ids: list[int] (their name, profile or memberships changed)
people_changed = Signal()
# membership: Membership, actor: User | None (it is over, and the person has no other there)
membership_ended = Signal()
# department_id: int, into_id: int | None (its people, roles and what it offers go there)
department_closed = Signal()
