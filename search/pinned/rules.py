"""Which pages come first for what was typed, and what may be pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from wagtail.models import Page, Site

from accounts.words import clean, composed
from home.queries import pages_visible_to
from search.analysis import analyse
from search.pinned.models import PinnedPage
from search.text import TextQuery

LONGEST_PHRASE = 80
# More words than this are a sentence: nobody types it twice.
MOST_WORDS = 6
# Each search of the site reads them all.
MOST_PINS = 100
# A longer phrase wins; beyond these, a list that was chosen by hand is no longer an answer.
MOST_SHOWN = 3
NBSP = "\u00a0"


@dataclass(frozen=True)
class Pinned:
    """The pages to show first, by their ids; `whole`: chosen for all that was typed."""

    ids: tuple[int, ...] = ()
    whole: bool = False


def words_of(text: str) -> frozenset[str]:
    """Return the words of the text as the search reads them, accents or not; stop words left
    out."""
    return frozenset(token.forms[-1] for token in analyse(composed(text)))


def key_of(phrase: str) -> str:
    """Return what two ways of writing one phrase have in common."""
    return " ".join(sorted(words_of(phrase)))


def pins_of(site: Site) -> QuerySet[PinnedPage]:
    """Return what the editors of the site pinned, in the order of the phrases."""
    return PinnedPage.objects.filter(site=site)


def pinned_for(text: str, user: Any, site: Site) -> Pinned:
    """Return the pages of `site` chosen for a phrase whose words are all in `text`, and that `user`
    may read; the longest phrases first, each page once. One query."""
    typed = words_of(text)
    if not typed:
        return Pinned()
    readable = pages_visible_to(user, site).order_by()
    rows = pins_of(site).filter(page__in=readable.values("pk")).values_list("page_id", "phrase")
    found: list[tuple[frozenset[str], int]] = []
    for page_id, phrase in rows:
        words = words_of(phrase)
        if words and words <= typed:
            found.append((words, page_id))
    found.sort(key=lambda one: -len(one[0]))  # stable: then the order of the phrases
    ids = tuple(dict.fromkeys(page_id for _, page_id in found))[:MOST_SHOWN]
    return Pinned(ids, bool(found) and found[0][0] >= _looked_for(text))


def _looked_for(text: str) -> frozenset[str]:
    """Return the words without «je cherche» and the like, which a phrase need not have."""
    query = TextQuery.parse(text)
    forms = {term.forms[-1] for term in query.terms}
    for quoted in query.phrase_texts:
        forms |= words_of(quoted)
    return frozenset(forms)


def check(phrase: str, page: Page, site: Site, but: PinnedPage | None = None) -> str:
    """Return the phrase, tidied. Raises ValidationError by field, with what to change.

    `but` is the pin being changed.
    """
    phrase = clean(phrase)
    key = key_of(phrase)
    if not key:
        raise ValidationError(
            {
                "phrase": f"«{NBSP}{phrase[:40]}{NBSP}» n’a que des mots trop courants{NBSP}: la "
                "recherche ne les regarde pas. Ajoutez le sujet."
            }
        )
    if len(phrase) > LONGEST_PHRASE or len(key.split()) > MOST_WORDS:
        raise ValidationError(
            {
                "phrase": f"C’est trop long{NBSP}: gardez les quelques mots que l’on tape, "
                f"{MOST_WORDS} au plus."
            }
        )
    if not page.path.startswith(site.root_page.path):
        raise ValidationError({"page": "Choisissez une page de votre site."})
    others = pins_of(site).exclude(pk=but.pk) if but else pins_of(site)
    if same := others.filter(key=key).select_related("page").first():
        raise ValidationError({"phrase": _taken(same)})
    if but is None and others.count() >= MOST_PINS:
        raise ValidationError(
            f"Vous avez déjà choisi {MOST_PINS} pages{NBSP}: c’est le plus. Retirez celles qui ne "
            "servent plus."
        )
    return phrase


def keep(pin: PinnedPage) -> None:
    """Save the pin, checked. Raises ValidationError when another editor was faster."""
    pin.key = key_of(pin.phrase)
    try:
        with transaction.atomic():
            pin.save()
    except IntegrityError:
        same = pins_of(pin.site).filter(key=pin.key).select_related("page").first()
        if same is None:
            raise
        raise ValidationError({"phrase": _taken(same)}) from None


def _taken(pin: PinnedPage) -> str:
    return (
        f"«{NBSP}{pin.phrase}{NBSP}», qui a les mêmes mots pour la recherche, mène déjà à "
        f"«{NBSP}{pin.page.title}{NBSP}». Changez plutôt cette ligne."
    )
