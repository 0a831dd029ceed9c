"""The letter to the managers: a model to rewrite, kept once it was."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.utils import timezone

from accounts.models import Organisation, User
from home.launch.models import ManagersLetter
from home.provisioning.texts import starter
from home.typography import french

SUBJECT = "Un intranet d’entraide s’ouvre chez nous"


def letter_for(organisation: Organisation, person: User) -> str:
    """Return the letter as it was rewritten, else the model with the names in their places."""
    written = ManagersLetter.objects.filter(organisation=organisation).first()
    return written.text if written else model_for(organisation, person)


def model_for(organisation: Organisation, person: User) -> str:
    """Return the model of `home/starter/letter.yaml`, in French typography, an address apart."""
    text = french(starter("letter")["text"].strip())
    return text.format(name=organisation.name, address=organisation.base_url, person=person)


def keep_letter(organisation: Organisation, person: User, text: str) -> None:
    ManagersLetter.objects.update_or_create(
        organisation=organisation,
        defaults={"text": text.strip(), "written_by": person, "written_at": timezone.now()},
    )


def forget_letter(organisation: Organisation) -> None:
    ManagersLetter.objects.filter(organisation=organisation).delete()


def draft_link(text: str) -> str:
    """Return the link that opens the letter as a draft in one's own mail program."""
    body = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return "mailto:?" + urlencode({"subject": SUBJECT, "body": body}, quote_via=quote)
