"""From an answer to the draft of a story."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.html import linebreaks

from home.calls.models import CallAnswer
from home.calls.questions import QuestionKind
from home.calls.rules import Refused, as_read
from home.models import SectionPage, StoryPage
from home.typography import NBSP, french

LONGEST_TITLE = 80  # characters: two lines of a list
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s")


def section_for_story(answer: CallAnswer) -> SectionPage | None:
    """Return where the story goes: what was asked among colleagues is told among colleagues."""
    branch = answer.call.get_parent().get_parent()
    sections: Any = SectionPage.objects.child_of(branch).filter(kind="stories")
    return sections.order_by("path").first()


def title_for(answer: CallAnswer) -> str:
    """Return a title to begin with: the first sentence told, as said, cut between two words.

    The call's title when nothing long was answered.
    """
    told = next((one.text for one in answer.words if one.kind == QuestionKind.LONG), "")
    sentence = _SENTENCE_END.split(" ".join(told.split()), maxsplit=1)[0].rstrip(" .;,:")
    if not sentence:
        return answer.call.title
    if len(sentence) > LONGEST_TITLE:
        kept = sentence[:LONGEST_TITLE]
        sentence = (kept.rpartition(" ")[0] or kept).rstrip(" .;,:") + "…"
    return f"«{NBSP}{french(sentence)}{NBSP}»"


@transaction.atomic
def make_story(answer: CallAnswer, editor: Any, seal: str | None = None) -> StoryPage:
    """Return the draft of a story with the words of the answer; the same one when asked again.

    Raises Refused without consent, where the editor may not write stories, or when the answer is
    not what they have read, as `rules.as_read`.
    """
    answer = as_read(answer, seal)
    if not answer.may_be_published:
        raise Refused("Cette personne n’a pas donné son accord : rien ne peut en être publié.")
    if answer.story is not None:
        return answer.story
    section = section_for_story(answer)
    if section is None or not section.permissions_for_user(editor).can_add_subpage():
        raise Refused("Il n’y a pas de rubrique de récits où vous puissiez écrire.")
    story = StoryPage(
        title=title_for(answer),
        person=answer.published_name[:60],
        owner=editor,
        live=False,
        has_unpublished_changes=True,
        body=_body(answer),
    )
    section.add_child(instance=story)
    story.save_revision(user=editor, log_action=True)
    CallAnswer.objects.filter(pk=answer.pk).update(story=story, state=CallAnswer.State.TO_TELL)
    return story


def _body(answer: CallAnswer) -> list[dict[str, Any]]:
    """Return the long answers under their questions, the short ones as they are; all escaped."""
    blocks: list[tuple[str, str]] = []
    for one in answer.words:
        if one.kind in (QuestionKind.LONG, QuestionKind.SHORT):
            blocks.append(("heading", one.label))
            blocks.append(("paragraph", linebreaks(one.text, autoescape=True)))
    return [{"type": kind, "value": value, "id": str(uuid4())} for kind, value in blocks]


def can_make_story(answer: CallAnswer) -> bool:
    return answer.may_be_published and answer.story_id is None
