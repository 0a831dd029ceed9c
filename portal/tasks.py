"""Where background work goes: after the commit, to Redis if there is one, else at once.

Rows are the truth and the queue only wakes the worker: a task takes identifiers, may run twice,
and `tick` picks up what a lost one left.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id
from django_tasks_rq import RQBackend
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class OnCommitMixin:
    """Enqueue once the transaction has committed, and never let a dead queue break a page."""

    alias: str

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)  # type: ignore[attr-defined]
        transaction.on_commit(partial(self._enqueue_now, task, args, kwargs))
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    def _enqueue_now(self, task: Task, args: Any, kwargs: Any) -> None:
        try:
            super().enqueue(task, args, kwargs)  # type: ignore[misc]
        except (RedisError, OSError):
            logger.warning("queue unreachable, %s is left to tick", task.module_path)


class OnCommitRQBackend(OnCommitMixin, RQBackend):
    """Redis and django-rq workers."""


class OnCommitImmediateBackend(OnCommitMixin, ImmediateBackend):
    """No server: the task runs in the process, after the commit."""
