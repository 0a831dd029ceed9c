"""Asking a signed-in person to prove again that it is them, before what cannot be undone.

Who has a password types it (allauth's own page); who signs in with codes receives another one.
Either counts for a few minutes, in this session only.
"""

from __future__ import annotations

import time
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

SESSION_KEY = "accounts_proof_code"
SALT = "accounts.people.proof"
VALID_SECONDS = 15 * 60
MAX_TRIES = 5


def is_proven(request: HttpRequest) -> bool:
    """Return whether this person proved in the last minutes that it is them."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    moments = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(moments) and time.time() - moments[-1] < app_settings.REAUTHENTICATION_TIMEOUT


def ask_for_proof(request: HttpRequest, then: str) -> HttpResponse:
    """Return the way to the page where one proves it; it leads on to the path `then`."""
    has_password = request.user.has_usable_password()  # type: ignore[union-attr]
    page = reverse("account_reauthenticate" if has_password else "prove_by_code")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': then})}")


def next_path(request: HttpRequest) -> str:
    """Return where to go on, if it is a path of this site, else one's account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return reverse("my_account")


def send_code(request: HttpRequest) -> None:
    """Send a new code to the person's address; the former one stops working."""
    adapter = get_adapter()
    code = adapter.generate_login_code()
    request.session[SESSION_KEY] = {"hash": _hash(code), "at": time.time(), "tries": 0}
    address = request.user.email  # type: ignore[union-attr]
    adapter.send_mail("account/email/proof_code", address, {"code": code})


def was_sent(request: HttpRequest) -> bool:
    """Return whether a code waits to be typed, not too old nor tried too often."""
    sent = request.session.get(SESSION_KEY)
    return bool(sent and sent["tries"] < MAX_TRIES and time.time() - sent["at"] < VALID_SECONDS)


def check_code(request: HttpRequest, typed: str) -> bool:
    """Return whether the code is right; it then serves no more, and the session says so."""
    if not was_sent(request):
        return False
    sent = request.session[SESSION_KEY]
    if not constant_time_compare(sent["hash"], _hash(typed)):
        request.session[SESSION_KEY] = {**sent, "tries": sent["tries"] + 1}
        return False
    del request.session[SESSION_KEY]
    record_authentication(request, request.user, method="code", reauthenticated=True)  # type: ignore[arg-type]
    return True


def _hash(code: str) -> str:
    same = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac(SALT, same).hexdigest()
