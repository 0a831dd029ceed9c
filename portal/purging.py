"""The purge of the night: what is past its time, then what the search still holds of it."""

from __future__ import annotations

from accounts.personal_data import purging
from search.maintenance import forget_gone
from search.sense.keeping import forget_unused


def purge_of_the_day() -> int | None:
    """Purge once a day; returns how many were dealt with, None out of its turn. For `tick`.

    Raises PurgeFailed after everything else was done.
    """
    done = purging.purge_of_the_day()
    return None if done is None else done + forget_gone() + forget_unused()
