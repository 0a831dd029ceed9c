"""What people read is written as French wants: no-break spaces, names contracted after de and à.

A plain space before «:» lets the mark begin a line alone. What editors type passes through
`home.typography.french`; this reads what we wrote ourselves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "marketplace", "home", "search", "portal")
# What a terminal shows has no line to break; migrations keep what was.
APART = {"migrations", "management", "settings", "diagnosis.py", "environment.py"}

FIELDS = ("models.", "ImageKey", "BodyField")

BREAKS = re.compile(r"(?:^|(?<=\S)) (?=[:;?!»](?:[\s<\"'.,)]|$))|« |\n\s*[:;?!»](?:\s|$)")
UNCONTRACTED = re.compile(
    r"\b(?:de|à) \{\{? ?[\w.]*"
    r"(?:short_name|(?:organisation|collectivite|association|partner|body)\.name)\b(?!\|)"
)
TAGS = re.compile(
    r"(\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"
    r"|<(?:style|script|svg)\b.*?</(?:style|script|svg)>|<[^>]*>)",
    re.DOTALL,
)
QUOTED = re.compile(r"\"([^\"]*)\"")
READ_ALOUD = re.compile(r"\b(?:alt|title|placeholder|aria-label|content)=\"([^\"{]*)\"")


def sentences_of_template(text: str) -> Iterator[tuple[int, str]]:
    """Yield each piece of the text that readers see, with its line."""
    line = 1
    for part in TAGS.split(text):
        if part.startswith("{%") and not part.startswith("{% comment"):
            found = QUOTED.findall(part)
        elif part.startswith("<"):
            found = [] if re.match("<(style|script|svg)", part) else READ_ALOUD.findall(part)
        else:
            found = [] if part.startswith("{") else [part]
        yield from ((line, sentence) for sentence in found)
        line += part.count("\n")


def sentences_of_code(text: str) -> Iterator[tuple[int, str]]:
    """Yield each string of the code but docstrings and the help of models, with its line."""
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    # Part of the migrations, and composed by the forms (home/help_texts.py).
    of_models = {
        id(text)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(FIELDS)
        for keyword in call.keywords
        if keyword.arg == "help_text"
        for text in ast.walk(keyword.value)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings | of_models:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def faults(path: Path, text: str) -> Iterator[str]:
    """Yield what is to be mended in the file: its name, the line, the words."""
    is_code = path.suffix == ".py"
    sentences = sentences_of_code(text) if is_code else sentences_of_template(text)
    for line, sentence in sentences:
        if BREAKS.search(sentence):
            yield f"{path}:{line}: espace insécable attendue : {sentence.strip()[:80]}"
    for found in UNCONTRACTED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield f"{path}:{line}: of_name ou to_name attendu : {found.group()}"


def written() -> Iterator[Path]:
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in {".html", ".txt"}:
            yield path
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if not APART & set(path.relative_to(ROOT).parts):
                yield path


def test_every_sentence_of_ours_is_composed_as_french_wants() -> None:
    found = [
        fault
        for path in sorted(written())
        for fault in faults(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<p>Votre demande : un prêt.</p>"),
        ("a.html", "<h2>Rien reçu ?</h2>"),
        ("a.html", "<p>{{ name }} : {{ count }}</p>"),
        ("a.html", "<p>{{ name }} »</p>"),
        ("a.html", "<p>On lit « {{ name }}\u00a0»</p>"),
        ("a.html", '{% include "a.html" with text="Vraiment ?" %}'),
        ("a.html", '<img alt="Une rue : la nuit">'),
        ("a.txt", "Une phrase coupée\n: la suite"),
        ("a.py", 'said = "Un accord ; un prêt."'),
        ("a.py", 'said = f"{name} : il est parti"'),
        ("a.py", 'help_text = "Un verbe, comme « Voir »."'),
        ("a.html", "<p>La coordination de {{ collectivite.short_name }}</p>"),
        ("a.py", 'said = f"La demande part à {partner.short_name}."'),
    ],
)
def test_a_fault_is_found(name: str, text: str) -> None:
    assert list(faults(Path(name), text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<p>Votre demande&nbsp;: un prêt, à 9:30.</p>{# a comment : here #}"),
        ("a.html", "<style>a { color : red }</style><a href='?a=1 ?'>{{ a|date:'j' }}</a>"),
        ("a.py", '"""A docstring : here."""\nsaid = "Une adresse\u00a0: https://exemple.fr?a=1"'),
    ],
)
def test_what_is_right_is_left(name: str, text: str) -> None:
    assert not list(faults(Path(name), text))
