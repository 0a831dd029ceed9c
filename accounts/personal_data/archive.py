"""The export of «mes données»: one ZIP with the same data as JSON and as tables."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.account.models import EmailAddress
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from accounts.models import User
from accounts.personal_data import registry
from accounts.personal_data.registry import Row
from accounts.spreadsheets import inert

ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
HIDDEN = "[adresse d’une autre personne]"

READ_ME = """\
Vos données, telles qu’elles étaient le {day}.

donnees.json contient tout, pour un autre logiciel. Les mêmes données sont rangées en tableaux, un
fichier CSV par sujet, à ouvrir avec un tableur (texte UTF-8, point-virgule entre les colonnes).

{contents}

Ce qui a été écrit par d’autres personnes n’y est pas, ni leurs adresses.
"""


def archive_of(user: User) -> bytes:
    """Return the ZIP of everything that the rooms say of `user`."""
    own = {user.email.lower()}
    own |= {
        email.lower()
        for email in EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    }
    tables = {
        export.title: [
            {name: _guarded(value, own) for name, value in row.items()} for row in export.rows(user)
        ]
        for export in registry.exports()
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        day = date_format(timezone.localtime(), "j F Y")
        lines = []
        for number, (title, rows) in enumerate(tables.items(), start=1):
            name = f"{number:02d}-{slugify(title)}.csv"
            lines.append(f"- {name} : {title} ({len(rows) or 'rien'})")
            archive.writestr(name, as_csv(rows))
        archive.writestr(
            "donnees.json",
            json.dumps(tables, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
        )
        archive.writestr("LISEZ-MOI.txt", READ_ME.format(day=day, contents="\n".join(lines)))
    return out.getvalue()


def as_csv(rows: list[Row]) -> bytes:
    """Return a table that French spreadsheets open as it is; a formula stays a text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name, "")) for name in names])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return inert(str(value))


def _guarded(value: Any, own: set[str]) -> Any:
    """Return the value without any address but the person's own, whoever wrote the text."""
    if not isinstance(value, str):
        return value
    return ADDRESS.sub(
        lambda found: found[0] if found[0].lower() in own else HIDDEN,
        value,
    )
