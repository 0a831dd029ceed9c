"""For whom, among the members of an organisation, and with their say-so."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Membership, Organisation, User
from accounts.words import clean, fold
from marketplace.form_words import FormInWords


class MemberField(forms.CharField):
    """A member of the organisation, by e-mail address or by first and last name."""

    organisation: Organisation

    def clean(self, value: Any) -> User:
        typed = clean(super().clean(value), 254)
        live = Membership.objects.live().filter(
            organisation=self.organisation, user__is_active=True
        )
        if "@" in typed:
            found = [
                one.user for one in live.filter(user__email__iexact=typed).select_related("user")
            ]
        else:
            first = typed.split(" ")[0]
            near = live.filter(user__first_name__istartswith=first[:1]).select_related("user")
            found = [one.user for one in near if fold(one.user.get_full_name()) == fold(typed)]
        people = {one.pk: one for one in found}
        if len(people) == 1:
            return next(iter(people.values()))
        if people:
            raise forms.ValidationError(
                "Plusieurs personnes ont ce nom : écrivez l’adresse de celle dont il s’agit."
            )
        raise forms.ValidationError(
            "Personne de l’organisme n’a ce nom ni cette adresse. Pour une personne sans compte, "
            "imprimez d’abord une invitation : elle l’accepte avec vous, au guichet."
        )


class ForSomeoneForm(FormInWords):
    person = MemberField(
        label="Pour qui ?",
        help_text="Prénom et nom, ou adresse électronique, d’une personne de l’organisme.",
        max_length=254,
        error_messages={"required": "Dites pour qui vous le faites."},
    )
    said_so = forms.BooleanField(
        label="Cette personne me l’a demandé, et sait ce que l’on dira en son nom",
        error_messages={
            "required": "Cochez la case : rien ne s’écrit pour quelqu’un sans son accord."
        },
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].organisation = organisation
