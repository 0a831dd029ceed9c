"""How forms are drawn: label, help, error, and what assistive technology is told."""

from bs4 import BeautifulSoup
from django import forms

from portal.forms import PortalFormRenderer


class DemoForm(forms.Form):
    title = forms.CharField(
        label="Titre",
        help_text="Quelques mots.",
        error_messages={"required": "Donnez un titre."},
    )
    note = forms.CharField(label="Note", required=False)
    use = forms.ChoiceField(
        label="Usage", choices=[("a", "Seuls"), ("b", "Ensemble")], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label="Jours",
        choices=[("1", "lundi"), ("2", "mardi")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    promise = forms.BooleanField(label="Je rendrai le barnum sec", help_text="Et plié.")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    default_renderer = PortalFormRenderer


def drawn(form: forms.Form) -> BeautifulSoup:
    return BeautifulSoup(str(form), "html.parser")


def test_every_control_has_a_label_or_a_legend():
    page = drawn(DemoForm())
    for control in page.select("input:not([type=hidden])"):
        assert page.select_one(f'label[for="{control["id"]}"]'), control
    legends = [legend.get_text(" ", strip=True) for legend in page.select("fieldset > legend")]
    assert legends == ["Usage", "Jours (facultatif)"]


def test_optional_fields_say_so_and_required_ones_have_no_asterisk():
    page = drawn(DemoForm())
    assert "(facultatif)" in page.select_one('label[for="id_note"]').get_text()
    assert "(facultatif)" not in page.select_one('label[for="id_title"]').get_text()
    assert "*" not in page.get_text()


def test_help_is_tied_to_its_control():
    page = drawn(DemoForm())
    for name in ("id_title", "id_promise"):
        described = page.select_one(f"#{name}")["aria-describedby"].split()
        assert described == [f"{name}_helptext"]
        assert page.select_one(f"#{name}_helptext")


def test_a_form_without_errors_has_no_summary():
    assert drawn(DemoForm()).select_one(".error-summary") is None


def test_errors_are_next_to_the_field_and_summed_up_with_links_that_lead_somewhere():
    form = DemoForm({"note": "gardée"})
    form.is_valid()
    form.add_error(None, "Ces dates sont déjà prises.")
    page = drawn(form)

    title = page.select_one("#id_title")
    assert title["aria-invalid"] == "true"
    assert "id_title_error" in title["aria-describedby"].split()
    assert "Donnez un titre." in page.select_one("#id_title_error").get_text()
    assert page.select_one("#id_note")["value"] == "gardée"

    summary = page.select_one(".error-summary")
    assert summary.has_attr("autofocus")
    assert "Ces dates sont déjà prises." in summary.get_text()
    targets = [link["href"] for link in summary.select("a")]
    assert targets == ["#id_title", "#id_use_group", "#id_promise"]
    for target in targets:
        assert page.select_one(target), target


def test_ids_are_unique_and_hidden_fields_drawn_once():
    page = drawn(DemoForm({}))
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert len(page.select("input[type=hidden]")) == 1


def test_what_was_typed_is_escaped():
    page = str(DemoForm({"title": '"><script>alert(1)</script>'}))
    assert "<script" not in page
