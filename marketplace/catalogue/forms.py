"""The short steps of writing a listing: one question a block, each with its reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html

from accounts.models import Organisation
from marketplace.catalogue import guards, tagging
from marketplace.catalogue.models import Category, Listing
from marketplace.catalogue.tag_field import WordsWidget
from marketplace.choices import Direction, Scope, WhoseTime
from marketplace.form_words import EurosField, FormInWords


def with_hint(label: str, hint: str) -> str:
    """Return the label of a choice, with what it means under it."""
    return format_html('{}<span class="choice-hint">{}</span>', label, hint)


# Nature and transfer together, in people's words.
KINDS = (
    (
        "skill-time",
        with_hint("Un savoir-faire, du temps", "Animer, conseiller, traduire, montrer un geste…"),
    ),
    (
        "mission-time",
        with_hint(
            "Un coup de main", "Des bras pour un moment : une collecte, une fête, une crise."
        ),
    ),
    (
        "mission-hosting",
        with_hint(
            "Une place dans une équipe",
            "Une immersion : quelques heures ou quelques jours, pour découvrir un métier.",
        ),
    ),
    (
        "equipment-loan",
        with_hint("Du matériel, en prêt", "Il revient, dans l’état où il est parti."),
    ),
    (
        "equipment-gift",
        with_hint("Du matériel, en don", "Il ne revient pas : 300 € l’exemplaire au plus."),
    ),
    ("vehicle-loan", with_hint("Un véhicule ou un vélo, en prêt", "Fourgon, minibus, vélo-cargo…")),
    ("premises-hosting", with_hint("Une salle, un lieu", "Réunion, cuisine, atelier, plein air…")),
    (
        "desk-hosting",
        with_hint("Un bureau de passage", "Une table et une prise, près de chez soi."),
    ),
)
DIRECTIONS = (
    (Direction.OFFER, "Je propose quelque chose"),
    (Direction.NEED, "J’ai besoin de quelque chose"),
)
WHOSE_TIME = (
    (WhoseTime.WORKING, "Sur mon temps de travail, avec l’accord de mon encadrement"),
    (WhoseTime.OWN, "Sur mon temps personnel, comme bénévole"),
)
# A draft is saved without them; `guards.missing` asks for them before it is online.
NEEDED_TO_PUBLISH = ("summary", "category")
SCOPE_ORDER = (Scope.ORGANISATION, Scope.PARTNERS, Scope.VERIFIED, Scope.PUBLIC)


class KindForm(FormInWords):
    """Step 1: an offer or a need, and of what."""

    organisation = forms.ModelChoiceField(
        label="Pour quel organisme",
        help_text="Vous faites partie de plusieurs : lequel parle ici ?",
        queryset=Organisation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    direction = forms.ChoiceField(
        label="Que souhaitez-vous faire ?", choices=DIRECTIONS, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label="De quoi s’agit-il ?",
        help_text="Nous vous poserons ensuite seulement les questions utiles.",
        choices=KINDS,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, organisations: Any, fixed_direction: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.organisations = list(organisations)
        if len(self.organisations) == 1:
            self.fields["organisation"].required = False
            self.fields["organisation"].widget = forms.HiddenInput()
        if fixed_direction:
            self.fields["direction"].disabled = True
        if self.organisations and all(one.is_association for one in self.organisations):
            self.fields["direction"].help_text = guards.ASSOCIATION_OFFER

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("organisation") and len(self.organisations) == 1:
            data["organisation"] = self.organisations[0]
        organisation, kind = data.get("organisation"), data.get("kind")
        if kind:
            data["nature"], data["transfer"] = kind.split("-")
        offers = data.get("direction") == Direction.OFFER
        if organisation and kind and offers and organisation.is_association:
            allowed = (data["nature"], data["transfer"]) in guards.ASSOCIATION_OFFERS
            if not allowed:
                self.add_error("kind", guards.ASSOCIATION_OFFER)
        return data


class CategoryField(forms.ChoiceField):
    """Two levels, the first as groups."""

    def __init__(self) -> None:
        super().__init__(
            label="Rubrique",
            required=False,
            help_text="Là où l’on viendra la chercher. Vous pourrez la choisir plus tard.",
        )

    def load(self) -> None:
        parents: dict[int, tuple[str, list]] = {}
        alone: list[tuple[str, str]] = []
        for one in Category.objects.filter(parent=None):
            parents[one.pk] = (one.name, [(one.slug, one.name)])
        for child in Category.objects.exclude(parent=None):
            if child.parent_id in parents:
                parents[child.parent_id][1].append((child.slug, child.name))
        for _, children in parents.values():
            if len(children) == 1:
                alone += children
        grouped = [
            (name, [(children[0][0], f"{name} (en général)"), *children[1:]])
            for name, children in parents.values()
            if len(children) > 1
        ]
        self.choices = [("", "À choisir"), *alone, *grouped]


class ContentForm(FormInWords):
    """Step 2: what everything has; each kind adds its own questions before."""

    title = forms.CharField(
        label="Le titre, en quelques mots",
        help_text="Ce que l’on lira d’abord dans la liste. Par exemple : « Barnum 3 × 6 m ».",
        max_length=120,
    )
    summary = forms.CharField(
        label="En une phrase",
        help_text="Elle suit le titre dans la liste : l’essentiel, pour décider d’ouvrir ou non.",
        max_length=200,
        required=False,
    )
    description = forms.CharField(
        label="Ce qu’il faut savoir de plus",
        help_text="N’écrivez ni santé, ni famille, ni opinions, ni coordonnées privées : "
        "on vous écrira ici même.",
        max_length=5000,
        required=False,
        widget=forms.Textarea,
    )
    category = CategoryField()
    tags = forms.CharField(
        label="Mots pour la retrouver",
        help_text="Séparés par des virgules : barnum, kermesse, plein air.",
        max_length=200,
        required=False,
        widget=WordsWidget,
    )
    more_tags = forms.MultipleChoiceField(
        label="Déjà employés pour des annonces comme la vôtre",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    terms_fields: tuple[str, ...] = ()
    listing_fields = ("title", "summary", "description")

    def __init__(self, *args: Any, listing: Listing, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        self._suggest_tags(user)
        self.fields["category"].load()
        for name in NEEDED_TO_PUBLISH:
            self.fields[name].asked_when = "avant de publier"
        self.order_fields([*self.terms_first(), *self.fields])

    def terms_first(self) -> tuple[str, ...]:
        return ()

    def _suggest_tags(self, user: Any) -> None:
        self.known_tags = tagging.in_sight(user)
        self.fields["tags"].widget.words = tuple(self.known_tags[:50])
        alike = tagging.suggestions(user, nature=self.listing.nature)
        taken = {tagging.folded(word) for word in self.initial.get("tags", "").split(",")}
        left = [word for word in alike if tagging.folded(word) not in taken]
        # What was ticked just before stays there to be read again.
        sent = self.data.getlist("more_tags") if self.is_bound else []
        offered = [*left, *(word for word in sent if word in self.known_tags and word not in left)]
        self.fields["more_tags"].choices = [(word, word) for word in offered]
        if not offered:
            del self.fields["more_tags"]

    def clean_tags(self) -> list[str]:
        typed = self.cleaned_data["tags"].replace("\n", ",").split(",")
        ticked = self.data.getlist("more_tags") if "more_tags" in self.fields else []
        offered = dict(self.fields["more_tags"].choices) if ticked else {}
        words = [*typed, *(word for word in ticked if word in offered)]
        words = tagging.tidy(words, self.known_tags)
        if len(words) > 8:
            raise forms.ValidationError("Huit mots suffisent : enlevez-en quelques-uns.")
        if any(len(word) > 40 for word in words):
            raise forms.ValidationError(
                "Séparez les mots par des virgules : l’un d’eux est trop long."
            )
        return words

    def clean_category(self) -> Category | None:
        slug = self.cleaned_data["category"]
        return Category.objects.filter(slug=slug).first() if slug else None

    def listing_values(self) -> dict[str, Any]:
        names = [*self.listing_fields, "category"]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def terms_values(self) -> dict[str, Any]:
        names = [name for name in self.terms_fields if name in self.cleaned_data]
        return {name: self.cleaned_data[name] for name in names}


def text_area(label: str, help_text: str = "", max_length: int = 1000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, help_text=help_text, max_length=max_length, required=False, widget=widget
    )


def line(label: str, help_text: str = "", max_length: int = 200) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=max_length, required=False)


def amount(label: str, help_text: str = "", required: bool = False) -> EurosField:
    return EurosField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        localize=True,
    )


def count(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=1, max_value=10_000, initial=1
    )


class SkillForm(ContentForm):
    whose_time = forms.ChoiceField(
        label="Sur quel temps ?",
        help_text="C’est la première question, car elle change ce qui vous protège : sur temps de "
        "travail, votre employeur donne son accord et vous couvre ; sur temps personnel, "
        "personne n’a à le savoir.",
        choices=WHOSE_TIME,
        widget=forms.RadioSelect,
    )
    wish = text_area("J’aimerais…", "Ce dont vous avez envie, même si vous débutez.")
    call_me_for = text_area(
        "On peut m’appeler pour…", "Ce que vous savez faire et partagez volontiers."
    )
    rhythm = line("À quel rythme ?", "Par exemple : une demi-journée par mois.", 120)
    conditions = text_area(
        "À quelles conditions ?", "Ce qu’il vous faut pour que cela se passe bien."
    )
    terms_fields = ("whose_time", "wish", "call_me_for", "rhythm", "conditions")

    def terms_first(self) -> tuple[str, ...]:
        return ("whose_time", "wish", "call_me_for")


class NeedForm(ContentForm):
    for_whom = line("Pour qui ?", "Qui en profitera : trente enfants, les familles du quartier…")
    quantity = count("Combien d’exemplaires ?")
    terms_fields = ("for_whom",)
    listing_fields = (*ContentForm.listing_fields, "quantity")

    def terms_first(self) -> tuple[str, ...]:
        return ("title", "for_whom")


class NeedOfTimeForm(ContentForm):
    for_whom = line("Pour qui ?", "Qui en profitera : trente enfants, les familles du quartier…")
    places = count("Combien de personnes ?", "Une seule si vous cherchez un savoir-faire précis.")
    slots_text = line("À quels moments ?", "Par exemple : samedi 28, de 9 h à 12 h.")
    terms_fields = ("for_whom", "places", "slots_text")

    def terms_first(self) -> tuple[str, ...]:
        return ("title", "for_whom")
