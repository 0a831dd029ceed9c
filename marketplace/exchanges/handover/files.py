"""Who may have a picture of a hand-over: both sides and the coordination."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from marketplace.exchanges.handover.models import HandOverPhoto
from marketplace.exchanges.models import Exchange


def hand_over_guard(path: str, user: Any, request: Any) -> bool:
    """Return whether `user` may have `remises/<exchange>/<file>`."""
    parts = path.split("/")
    if len(parts) != 3:
        return False
    if not Exchange.objects.visible_to(user).filter(ref=parts[1]).exists():
        return False
    return HandOverPhoto.objects.filter(file=path, hand_over__exchange__ref=parts[1]).exists()


def forget_file(sender: Any, instance: HandOverPhoto, **kwargs: Any) -> None:
    """Delete the stored picture once its row is gone for good, whatever took it away."""
    storage, name = instance.file.storage, str(instance.file.name)
    transaction.on_commit(lambda: storage.delete(name))
