"""What the coordination asks of a page of people, and what it changes of one person."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import DayField
from accounts.members.queries import PAST, PRESENT, TO_COME, Wanted
from accounts.models import Department, Membership, Organisation, Role
from accounts.organisations.roles import GIVEN, ROLE_WORDS
from accounts.organisations.tree import DepartmentTree
from accounts.words import clean, fold

WITHOUT = "sans"
WHENS = ((PRESENT, "Présentes"), (TO_COME, "À venir"), (PAST, "Parties"))


class DepartmentField(forms.ChoiceField):
    """A department by its path in the chart; returns it, or None."""

    def __init__(self, tree: DepartmentTree, *, empty: str, **kwargs: Any) -> None:
        self.tree = tree
        super().__init__(choices=[("", empty), *tree.choices()], **kwargs)
        self.error_messages["invalid_choice"] = "Choisissez un service de la liste."

    def clean(self, value: Any) -> Department | None:
        ref: str = super().clean(value)
        return self.tree.by_ref(ref) if ref else None


class SearchForm(forms.Form):
    """The filters of the list, read leniently: what is not understood filters nothing."""

    q = forms.CharField(
        label="Nom ou métier",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Rôle",
        required=False,
        choices=[("", "tous"), *((kind.value, kind.label) for kind in GIVEN)],
    )

    def __init__(self, *args: Any, tree: DepartmentTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = tree
        self.fields["service"] = forms.ChoiceField(
            label="Service",
            required=False,
            choices=[("", "tous"), *tree.choices(), (WITHOUT, "sans service")],
        )
        self.order_fields(["q", "service", "role"])

    def wanted(self, when: str) -> Wanted:
        """Return what is looked for; whatever was not understood is left out."""
        self.is_valid()
        asked = self.cleaned_data
        department = self.tree.by_ref(asked.get("service", ""))
        return Wanted(
            words=clean(asked.get("q", "")),
            department_ids=frozenset(self.tree.below(department.pk)) if department else None,
            without_department=asked.get("service") == WITHOUT,
            role=asked.get("role", ""),
            when=when if when in dict(WHENS) else PRESENT,
        )


class PostForm(forms.Form):
    job_title = forms.CharField(label="Métier", max_length=120, required=False)

    def __init__(self, *args: Any, tree: DepartmentTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = DepartmentField(
            tree, label="Service", empty="sans service", required=False
        )
        self.order_fields(["department", "job_title"])

    def clean_job_title(self) -> str:
        return clean(self.cleaned_data["job_title"])


class RoleForm(forms.Form):
    kind = forms.ChoiceField(
        label="Rôle",
        choices=[(kind.value, ROLE_WORDS[kind]) for kind in GIVEN],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un rôle.", "invalid_choice": "Choisissez un rôle."},
    )
    first_day = DayField("À partir du", "Laissez vide pour que ce soit tout de suite.")
    final_day = DayField("Jusqu’au", "Le dernier jour. Laissez vide s’il n’y a pas de fin prévue.")

    def __init__(self, *args: Any, tree: DepartmentTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = DepartmentField(
            tree,
            label="Service encadré",
            empty="choisissez un service",
            required=False,
            help_text="Pour l’encadrement : ce service et ceux qui en dépendent.",
        )
        self.order_fields(["kind", "department", "first_day", "final_day"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Role.Kind.MANAGER and not cleaned.get("department"):
            self.add_error("department", "Dites quel service cette personne encadre.")
        return cleaned


class RoleChoice(forms.Form):
    """One of the roles of the membership, by its number: only its own are accepted."""

    role = forms.ModelChoiceField(
        Role.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Ce rôle n’est plus à cette personne.",
            "invalid_choice": "Ce rôle n’est plus à cette personne.",
        },
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.fields["role"].queryset = membership.roles.all()


class RoleEndForm(RoleChoice):
    final_day = DayField("Dernier jour", "Laissez vide pour que ce soit tout de suite.")


class MemberField(forms.CharField):
    """A colleague by their name; returns the membership. Raises when several have that name."""

    def __init__(self, organisation: Organisation, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Membership | None:
        typed: str = super().clean(value)
        name, _, job = typed.partition(",")
        wanted = sorted(fold(clean(name)).split())
        members = self.organisation.memberships.live().filter(user__is_active=True)
        rows = members.values_list("pk", "user__first_name", "user__last_name", "job_title")
        found = [row for row in rows if sorted(fold(f"{row[1]} {row[2]}").split()) == wanted]
        if len(found) > 1 and job.strip():
            found = [row for row in found if fold(row[3]) == fold(clean(job))]
        if len(found) > 1:
            known = " ; ".join(f"{row[1]} {row[2]}, {row[3] or 'sans métier'}" for row in found)
            raise forms.ValidationError(
                f"Plusieurs personnes portent ce nom. Ajoutez le métier : {known}."
            )
        if not found:
            raise forms.ValidationError(
                "Personne ne porte ce nom dans la collectivité. Vérifiez le prénom et le nom."
            )
        return members.select_related("user", "organisation").get(pk=found[0][0])


class DeputyForm(RoleChoice):
    first_day = DayField("À partir du", "Laissez vide pour que ce soit tout de suite.")
    final_day = DayField("Dernier jour", "Celui du retour n’en fait pas partie.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"] = MemberField(
            self.membership.organisation,
            label="Qui supplée",
            help_text="Prénom et nom d’une personne de la collectivité.",
            error_messages={"required": "Écrivez le prénom et le nom de qui supplée."},
            # The page completes it with the names of the same part of the organisation.
            widget=forms.TextInput(attrs={"list": "collegues", "autocomplete": "off"}),
        )
        self.fields["final_day"].required = True
        self.fields["final_day"].error_messages["required"] = (
            "Dites jusqu’à quand : une suppléance a une fin."
        )
        self.order_fields(["role", "deputy", "first_day", "final_day"])


class EndForm(forms.Form):
    final_day = DayField("Dernier jour", "Laissez vide pour que ce soit tout de suite.")
