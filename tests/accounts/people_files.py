"""Files of people for the tests of the import, and who accepts what they prepare."""

from __future__ import annotations

from accounts.importing.applying import apply
from accounts.importing.reading import Table, table_of, text_of
from accounts.invitations.rules import accept
from accounts.models import Invitation, Organisation, User
from tests.factories import UserFactory

HEAD = "Adresse électronique;Prénom;Nom;Service;Métier;Encadrement;Dernier jour"
FILE = f"""{HEAD}
anne@vallees.test;Anne;Weber;Direction technique;Directrice;oui;
karim@vallees.test;Karim;Belaïd;Direction technique > Voirie;Agent de voirie;;
;;;Direction technique > Espaces verts;;;
"""


def read(text: str) -> Table:
    return table_of(text_of(text.encode()))


def everybody_accepts(organisation: Organisation) -> None:
    """Have everybody who is to be invited come, each with an account at the address of the file."""
    for invitation in Invitation.objects.prepared().filter(organisation=organisation):
        person = UserFactory(
            email=invitation.email,
            first_name=invitation.first_name,
            last_name=invitation.last_name,
        )
        accept(invitation, person)


def arrived(organisation: Organisation, actor: User, text: str = FILE) -> None:
    """Import the file, and have everybody accept."""
    apply(organisation, read(text), actor)
    everybody_accepts(organisation)
