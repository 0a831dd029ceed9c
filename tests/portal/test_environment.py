"""Variables of the environment, one by one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment


@pytest.mark.parametrize("word", ["1", "true", "OUI", " on "])
def test_yes_in_two_languages(monkeypatch, word):
    monkeypatch.setenv("X", word)
    assert environment.boolean("X") is True


def test_blank_counts_as_missing(monkeypatch):
    monkeypatch.setenv("X", "   ")
    assert environment.text("X", "default") == "default"
    assert environment.integer("X", 7) == 7
    with pytest.raises(ImproperlyConfigured, match="X : la variable d’environnement manque"):
        environment.text("X")


def test_a_wrong_number_is_quoted_and_mended(monkeypatch):
    monkeypatch.setenv("X", "douze")
    with pytest.raises(ImproperlyConfigured, match="« douze » n’est pas comprise"):
        environment.integer("X", 7)


def test_a_choice_does_not_mind_its_case(monkeypatch):
    monkeypatch.setenv("X", "warning")
    assert environment.choice("X", "INFO", ("INFO", "WARNING")) == "WARNING"


def test_words_are_trimmed_and_empty_ones_dropped(monkeypatch):
    monkeypatch.setenv("X", "a.example, ,b.example,")
    assert environment.words("X") == ["a.example", "b.example"]


@pytest.mark.parametrize("address", ["sqlite://:memory:", "sqlite:////var/x.sqlite3"])
def test_sqlite_needs_no_server(monkeypatch, address):
    monkeypatch.setenv("X", address)
    assert environment.url("X", ("sqlite",)) == address


def test_redis_keeps_the_limits_it_was_given():
    assert environment.with_timeouts("redis://h/1", 2) == (
        "redis://h/1?socket_connect_timeout=2&socket_timeout=2"
    )
    given = environment.with_timeouts("redis://h/1?socket_timeout=9", 2)
    assert "socket_timeout=9" in given
    assert "socket_timeout=2" not in given
