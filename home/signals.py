"""What this room says happened; sent inside the transaction of the change."""

from django.dispatch import Signal

# page_ids: list[int] (published, unpublished, moved, deleted, or their privacy changed)
pages_changed = Signal()
