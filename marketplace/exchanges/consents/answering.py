"""One form post, one answer: the same for the signed link and for who is signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from marketplace.exchanges.consents import rules
from marketplace.exchanges.consents.forms import DatesForm, NoForm, TalkForm
from marketplace.exchanges.consents.models import Consent
from marketplace.form_words import FormInWords
from marketplace.refusals import Refused

YES, DATES, TALK, NO = "oui", "dates", "parler", "non"
SAID = {
    YES: "Merci : votre accord est donné. La personne est prévenue.",
    DATES: "Vos dates sont proposées. Votre accord vous sera redemandé si elles conviennent.",
    TALK: "C’est noté : la personne et la coordination savent que vous souhaitez en parler.",
    NO: "Votre réponse est notée, avec sa raison. La coordination cherche une autre solution.",
}


@dataclass
class Answer:
    """What came of a post: the sentence once it is done, else the forms to mend."""

    said: str = ""
    refusal: str = ""
    forms: dict[str, FormInWords] = field(default_factory=dict)
    open_form: str = ""

    @property
    def status(self) -> int:
        return 400 if self.open_form else 200


def blank(consent: Consent) -> Answer:
    """Return the forms of a page that was only opened; no other dates where they are fixed."""
    dates = {} if rules.has_fixed_moment(consent.exchange) else {DATES: DatesForm()}
    return Answer(forms={**dates, TALK: TalkForm(), NO: NoForm()})


def answer(consent: Consent, person: User, data: Any, *, by_link: bool) -> Answer:
    """Do what the post says, as `person`; what was typed is never lost."""
    wanted = data.get("reponse", "")
    result = blank(consent)
    form = None
    if wanted in result.forms:
        form = result.forms[wanted] = type(result.forms[wanted])(data)
        if not form.is_valid():
            result.open_form = wanted
            return result
    elif wanted != YES:
        result.refusal = rules.FIXED_MOMENT if wanted == DATES else "Choisissez une réponse."
        return result
    try:
        _do(wanted, consent, person, form, by_link)
    except Refused as refusal:
        if form is not None and not rules.why_not_answer(person, consent):
            form.add_error(None, str(refusal))
            result.open_form = wanted
        else:
            result.refusal = str(refusal)
        return result
    result.said = SAID[wanted]
    return result


def _do(
    wanted: str, consent: Consent, person: User, form: FormInWords | None, by_link: bool
) -> None:
    said = form.cleaned_data if form is not None else {}
    words = said.get("words", "")
    if wanted == YES:
        rules.agree(consent, person, by_link=by_link)
    elif wanted == TALK:
        rules.talk(consent, person, words, by_link=by_link)
    elif wanted == NO:
        rules.refuse(consent, person, said["code"], words, by_link=by_link)
    elif isinstance(form, DatesForm):
        rules.propose_dates(consent, person, *form.period(), words, by_link=by_link)
