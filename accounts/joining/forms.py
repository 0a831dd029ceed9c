from django import forms


class JoinForm(forms.Form):
    message = forms.CharField(
        label="Un mot pour vous présenter",
        required=False,
        max_length=1000,
        help_text="Qui êtes-vous dans l’association ? Une phrase suffit.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
