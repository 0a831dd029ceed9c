"""/_courriels/: what the product sent, to read without a mail server. Only with DEBUG."""

from __future__ import annotations

from itertools import islice

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.development.mailbox import StoredEmail, find, newest_first

SHOWN = 200
# A link of an e-mail opens in the whole window, not in the small frame.
LINKS_LEAVE_THE_FRAME = '<base target="_top">'


@require_safe
@never_cache
def emails(request: HttpRequest) -> HttpResponse:
    """List the e-mails, newest first; `?pour=` keeps those to an address that contains it."""
    wanted = request.GET.get("pour", "").strip()
    found = (email for email in newest_first() if wanted.lower() in email.recipients.lower())
    context = {"emails": list(islice(found, SHOWN)), "wanted": wanted, "shown": SHOWN}
    return render(request, "development/emails.html", context)


@require_safe
@never_cache
def email(request: HttpRequest, file_name: str, rank: int) -> HttpResponse:
    """Show one e-mail: its headers, its text, and its HTML in a frame that runs nothing."""
    return render(request, "development/email.html", {"email": _find(file_name, rank)})


@require_safe
@never_cache
@csp_replace({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": [SELF, "data:"]})
def email_html(request: HttpRequest, file_name: str, rank: int) -> HttpResponse:
    """Return the HTML part alone, for the frame."""
    html = _find(file_name, rank).html
    if not html:
        raise Http404
    return HttpResponse(LINKS_LEAVE_THE_FRAME + html)


def _find(file_name: str, rank: int) -> StoredEmail:
    found = find(file_name, rank)
    if found is None:
        raise Http404
    return found
