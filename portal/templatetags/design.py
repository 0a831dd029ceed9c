"""Small helpers of the design system's templates."""

from collections.abc import Iterable

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict

register = template.Library()


@register.filter
def initials(name: object) -> str:
    """Two capital letters for a person's name: “Nadia Merle” gives “NM”."""
    words = [word for word in str(name or "").replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return ""
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


@register.filter
def tone(index: object) -> str:
    """The tone of the nth picture of a list: accent, second, accent… starting from 0."""
    try:
        return "second" if int(str(index)) % 2 else "accent"
    except ValueError:
        return "accent"


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: object) -> str:
    """
    The current query string with some parameters changed, as “?a=1&b=2”.

    A parameter changed to None or "" is dropped. Without a request, only the changes.
    """
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_link(context: template.Context, page: Page, number: int) -> str:
    """The current query string with another page of this list; other lists stay where they are."""
    query = query_with(context, **{getattr(page.paginator, "param", "page"): number})
    anchor = getattr(page.paginator, "anchor", "")
    return f"{query}#{anchor}" if anchor else query


@register.filter
def page_numbers(page: Page) -> list[int | None]:
    """The page numbers to show: first, last, current and its neighbours; None for a gap."""
    total = page.paginator.num_pages
    near = {page.number + step for step in (-1, 0, 1)}
    kept = sorted({1, total} | {number for number in near if 1 <= number <= total})
    shown: list[int | None] = []
    for number in kept:
        previous = shown[-1] if shown else 0
        if previous is not None and number - previous == 2:
            shown.append(number - 1)
        elif previous is not None and number - previous > 2:
            shown.append(None)
        shown.append(number)
    return shown


@register.filter
def count_to(total: object) -> range:
    """1, 2, 3… up to `total`, for the steps of a form; nothing when it is not a number."""
    try:
        return range(1, int(str(total)) + 1)
    except ValueError:
        return range(0)


@register.filter
def pairs(first: Iterable, second: Iterable) -> list[tuple]:
    """Both lists side by side, as long as the shorter one."""
    return list(zip(first, second, strict=False))
