"""How a person arrives: an account is made, then a code proves that the address is theirs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User

CODE_JUST_SENT = "Un code vient déjà de partir. Patientez une minute."


def person_at(email: str) -> User | None:
    """Return the person whose sign-in address it is, whatever its case."""
    return User.objects.filter(email__iexact=email.strip()).first()


def new_person(email: str, *, proven: bool, password: str | None = None, **names: Any) -> User:
    """Return a new person; `proven` says that the address was shown to be theirs.

    Without a password they sign in with codes. Raises IntegrityError when the address is taken.
    """
    with transaction.atomic():
        user = User.objects.create_user(email, password or None, **names)
        EmailAddress.objects.create(user=user, email=user.email, verified=proven, primary=True)
    return user


def arrive_with_code(
    request: HttpRequest, *, email: str, first_name: str, last_name: str, next_path: str
) -> HttpResponse:
    """Send a code to the address and return the way to the page where it is typed.

    Somebody who is already known and somebody new get the same page and the same e-mail: nobody
    learns from it who has an account. Names are only kept for a new person.
    """
    user = person_at(email)
    if user is None:
        try:
            user = new_person(email, proven=False, first_name=first_name, last_name=last_name)
        except IntegrityError:  # the same form sent twice at the same time
            user = person_at(email)
    elif user.is_active:
        has_one = EmailAddress.objects.filter(user=user).exists()
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"primary": not has_one}
        )
    LoginCodeVerificationProcess.initiate(
        request=request, user=user if user and user.is_active else None, email=email.lower()
    )
    query = urlencode({"next": next_path})
    return HttpResponseRedirect(f"{reverse('account_confirm_login_code')}?{query}")
