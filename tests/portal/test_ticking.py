"""What falls due is done; one failure stops nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal import ticking
from portal.management.commands import tick
from portal.ticking import DUE, DueWork, run_due

pytestmark = pytest.mark.django_db


def count_three() -> int:
    return 3


def fail() -> int:
    raise ValueError("no way")


def work(name: str) -> DueWork:
    return DueWork(name, f"{__name__}.{name}")


def test_every_registered_function_exists_and_can_run_twice(platform_site):
    for _ in range(2):
        assert [outcome for outcome in run_due() if outcome.error] == []


def test_one_failure_is_told_and_the_others_still_run():
    outcomes = run_due([work("fail"), work("missing"), work("count_three")])

    assert [outcome.done for outcome in outcomes] == [None, None, 3]
    assert outcomes[0].error == "ValueError: no way"
    assert "missing" in outcomes[1].error


def test_the_command_fails_at_the_end_when_something_failed(monkeypatch, capsys):
    monkeypatch.setattr(tick, "run_due", lambda: run_due([work("fail"), work("count_three")]))
    with pytest.raises(SystemExit) as stop:
        call_command("tick")

    assert stop.value.code == 1
    printed = capsys.readouterr()
    assert "count_three : 3" in printed.out
    assert "fail : échec. ValueError: no way" in printed.err


def test_a_pause_of_nothing_is_refused():
    with pytest.raises(CommandError, match="1 au moins"):
        call_command("tick", "--every", "0")


def test_the_last_run_is_remembered():
    assert ticking.last_run() is None

    run_due([])

    assert timezone.now() - ticking.last_run() < timedelta(seconds=10)


def test_expired_sessions_go_and_live_ones_stay():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(1))

    ticking.forget_expired_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_the_loop_ends_when_asked(tmp_path):
    """A container is stopped by SIGTERM: the loop leaves at once, without an error."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "",
        "ELASTICSEARCH_URL": "",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "tick", "--every", "600"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:  # this database has no table: every work fails, the loop goes on
        if "échec" in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=20)

    assert process.returncode == 0, rest


def test_names_are_distinct():
    assert len({work.function for work in DUE}) == len(DUE)
