"""Names in a sentence."""

from django import template

from accounts import words

register = template.Library()


@register.filter
def of_name(name: object) -> str:
    """Return «de» and the name, contracted as French wants."""
    return words.of_name(str(name or ""))


@register.filter
def to_name(name: object) -> str:
    """Return «à» and the name, contracted as French wants."""
    return words.to_name(str(name or ""))
