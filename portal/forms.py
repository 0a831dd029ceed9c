"""How every form of the site is drawn (setting FORM_RENDERER)."""

from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Our own form and field templates, found like any other template of the project."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
