"""Writing groups of synonyms: what may be said for what, checked; and whose groups they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Organisation
from search.models import SynonymGroup, SynonymOptOut
from search.synonyms.in_force import names_in
from search.synonyms.thesaurus import Alternative, are_apart, name_of

MOST_NAMES = 12
LONGEST_NAME_TEXT = 60
# A collectivité's own words, not another thesaurus: each search compiles them.
MOST_GROUPS = 200
NBSP = "\u00a0"


def check(
    asked_text: str,
    found_text: str,
    organisation: Organisation | None,
    but: SynonymGroup | None = None,
) -> tuple[str, str]:
    """Return the two texts tidied, names between commas. Raises ValidationError by field.

    `organisation` is None for a group of the platform; `but` is the group being changed.
    """
    asked, found = names_in(asked_text), names_in(found_text)
    if not asked:
        raise ValidationError({"asked": "Écrivez les mots, séparés par des virgules."})
    if not found and len(asked) == 1:
        raise ValidationError(
            {"asked": "Un mot seul n’a pas de synonyme\u00a0: écrivez-en au moins deux."}
        )
    names = {"asked": _names("asked", asked), "found": _names("found", found)}
    _check_apart(names["asked"], names["found"] or names["asked"])
    looped = {one.phrase for one in names["asked"]} & {one.phrase for one in names["found"]}
    if looped:
        word = next(one.text for one in names["found"] if one.phrase in looped)
        raise ValidationError(
            {"found": f"«{NBSP}{word}{NBSP}» se trouve déjà lui-même\u00a0: enlevez-le d’un côté."}
        )
    _check_once(names, organisation, but)
    return ", ".join(asked), ", ".join(found)


def _names(field: str, texts: tuple[str, ...]) -> list[Alternative]:
    if len(texts) > MOST_NAMES:
        raise ValidationError({field: f"Gardez {MOST_NAMES} mots au plus\u00a0: c’est un thème."})
    names: dict[tuple[str, ...], Alternative] = {}
    for text in texts:
        name = name_of(text)
        if len(text) > LONGEST_NAME_TEXT or (name is None and len(text.split()) > 3):
            raise ValidationError({field: f"«{NBSP}{text[:40]}…{NBSP}» est trop long."})
        if name is None:
            raise ValidationError(
                {
                    field: f"«{NBSP}{text}{NBSP}» n’a que des mots trop courants\u00a0: la "
                    "recherche ne les regarde pas."
                }
            )
        if name.phrase in names:
            raise ValidationError(
                {
                    field: f"«{NBSP}{text}{NBSP}» et «{NBSP}{names[name.phrase].text}{NBSP}» sont "
                    "un même mot pour la recherche\u00a0: gardez-en un."
                }
            )
        names[name.phrase] = name
    return list(names.values())


def _check_apart(asked: list[Alternative], found: list[Alternative]) -> None:
    for one in asked:
        for other in found:
            if are_apart(one, other):
                raise ValidationError(
                    {
                        "asked": f"«{NBSP}{one.text}{NBSP}» et «{NBSP}{other.text}{NBSP}» ne sont "
                        "jamais dits l’un pour l’autre\u00a0: la loi distingue le bénévolat du "
                        "mécénat."
                    }
                )


def _check_once(
    names: dict[str, list[Alternative]],
    organisation: Organisation | None,
    but: SynonymGroup | None,
) -> None:
    wanted = [{one.phrase for one in names[side]} for side in ("asked", "found")]
    others = SynonymGroup.objects.filter(organisation__isnull=True)
    if organisation is not None:
        others |= SynonymGroup.objects.filter(organisation=organisation)
    for group in others.exclude(pk=but.pk) if but and but.pk else others:
        if [_phrases(group.asked), _phrases(group.found)] == wanted:
            whose = "celui de la plateforme" if group.organisation_id is None else "le vôtre"
            raise ValidationError(
                {"asked": f"Ce groupe existe déjà\u00a0: c’est {whose}, «{NBSP}{group}{NBSP}»."}
            )


def _phrases(text: str) -> set[tuple[str, ...]]:
    return {name.phrase for one in names_in(text) if (name := name_of(one))}


def own_groups(organisation: Organisation) -> Any:
    """Return the groups that a collectivité wrote, in order."""
    return SynonymGroup.objects.filter(organisation=organisation)


def platform_groups(text: str = "") -> Any:
    """Return the platform's groups in force, those that hold `text` when it is given."""
    groups = SynonymGroup.objects.filter(organisation=None, in_force=True)
    if text:
        groups = groups.filter(asked__icontains=text) | groups.filter(found__icontains=text)
    return groups


def switched_off(organisation: Organisation, groups: Iterable[SynonymGroup]) -> set[int]:
    """Return the ids of those that this collectivité switched off."""
    off = SynonymOptOut.objects.filter(organisation=organisation, group__in=list(groups))
    return set(off.values_list("group_id", flat=True))


def switch(group: SynonymGroup, organisation: Organisation, on: bool) -> None:
    """Put one of the platform's groups in or out of force for one collectivité; safe to repeat."""
    if on:
        for off in SynonymOptOut.objects.filter(organisation=organisation, group=group):
            off.delete()
    else:
        SynonymOptOut.objects.get_or_create(organisation=organisation, group=group)
