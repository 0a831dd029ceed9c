"""«Je veux écrire…»: from the first screen to a page in its place, with its blocks ready."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django import forms
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    validate_email,
    validate_slug,
)
from django.test import Client
from django.utils.translation import override
from wagtail.admin.icons import get_icons
from wagtail.models import Page
from wagtail.rich_text import RichText

from home.blocks.blank import is_blank
from home.blocks.stream import BodyBlocks
from home.desk.kinds import kinds
from home.desk.outlines import outlines_for
from home.models import GuidePage
from home.pages.mixins import NO_BODY, ONLY_HEADINGS
from home.provisioning.pages import words_for
from tests.home.desk_forms import guide_form, rich
from tests.home.events.factories import event
from tests.home.factories import Intranet, call, guide, news, picture, track


@pytest.fixture
def browser(vallees: Intranet, client_for: Callable[..., Client]) -> Client:
    return client_for(vallees.person("editor"), vallees.host)


def test_the_first_screen_asks_what_one_wants_to_write(vallees: Intranet, browser: Client) -> None:
    track(vallees)
    page = browser.get("/cms/").content.decode()
    assert "Je veux écrire…" in page
    for kind in kinds():
        assert f'href="/cms/ecrire/{kind.key}/"' in page


def test_two_questions_lead_to_the_form_in_its_place(vallees: Intranet, browser: Client) -> None:
    asked = browser.get("/cms/ecrire/guide/").content.decode()
    assert "Qui pourra lire cette page\u00a0?" in asked
    assert "Par quoi commencer\u00a0?" in asked
    public, inside = vallees.page("guides"), vallees.page("interne", "guides")
    for audience, parent in (("tous", public), ("entre-nous", inside)):
        answer = browser.get("/cms/ecrire/guide/", {"pour": audience, "modele": "pas-a-pas"})
        assert answer["Location"] == (
            f"/cms/pages/add/home/guidepage/{parent.pk}/?modele=pas-a-pas"
        )


def test_a_wrong_answer_is_asked_again(browser: Client) -> None:
    answer = browser.get("/cms/ecrire/guide/", {"pour": "personne", "modele": "pas-a-pas"})
    assert answer.status_code == 200
    assert "n’y est pas, ou n’y est plus" in answer.content.decode().replace("&#x27;", "’")
    assert browser.get("/cms/ecrire/poeme/").status_code == 404


def test_what_has_one_place_is_not_asked_where(vallees: Intranet, browser: Client) -> None:
    """Tracks stand in the open part only."""
    page = browser.get("/cms/ecrire/piste/").content.decode()
    assert "Qui pourra lire" not in page
    answer = browser.get("/cms/ecrire/piste/", {"modele": "orientation"})
    assert f"/trackpage/{vallees.page('pistes').pk}/" in answer["Location"]


def test_a_scheme_is_written_under_the_track_that_one_names(
    vallees: Intranet, dunes: Intranet, browser: Client
) -> None:
    """It had no door of its own: one had to find its track in the explorer."""
    first, second, theirs = track(vallees, "portage"), track(vallees), track(dunes, "ailleurs")
    asked = browser.get("/cms/ecrire/dispositif/").content.decode()
    assert "Sous quelle piste\u00a0?" in asked
    assert "Qui pourra lire" not in asked
    assert {first.title, second.title} <= set(re.findall(r"<strong>(.*?)</strong>", asked))
    told = {"piste": str(second.pk), "modele": "maniere-de-faire"}
    answer = browser.get("/cms/ecrire/dispositif/", told)
    assert answer["Location"] == (
        f"/cms/pages/add/home/schemepage/{second.pk}/?modele=maniere-de-faire"
    )
    assert browser.get(answer["Location"]).status_code == 200
    for wrong in (str(theirs.pk), "abc"):
        refused = browser.get("/cms/ecrire/dispositif/", {**told, "piste": wrong})
        assert refused.status_code == 200
        assert theirs.pk not in [track.pk for track in refused.context["form"].places.tracks]


def test_a_scheme_is_not_proposed_where_there_is_no_track(browser: Client) -> None:
    assert "/cms/ecrire/dispositif/" not in browser.get("/cms/").content.decode()
    assert browser.get("/cms/ecrire/dispositif/").status_code == 404


def test_the_form_begins_with_the_blocks_of_the_model(vallees: Intranet, browser: Client) -> None:
    parent = vallees.page("guides")
    path = f"/cms/pages/add/home/guidepage/{parent.pk}/"
    ready = browser.get(path, {"modele": "pas-a-pas"})
    types = [block.block_type for block in ready.context["form"].instance.body]
    assert types[:3] == ["paragraph", "heading", "steps"]
    for unknown in ("", "inconnu"):
        assert not browser.get(path, {"modele": unknown}).context["form"].instance.body
    assert GuidePage.objects.count() == 0


@pytest.mark.parametrize("kind", [kind.key for kind in kinds()])
def test_every_model_is_made_of_our_blocks(vallees: Intranet, kind: str) -> None:
    words = words_for(vallees.site)
    for outline in outlines_for(kind):
        assert outline.title
        assert outline.help
        assert json.loads(words.body(list(outline.body))) is not None


def test_blocks_that_nobody_filled_are_kept_in_the_draft_and_left_out_of_what_is_published(
    vallees: Intranet, browser: Client
) -> None:
    body = [
        ("paragraph", rich("")),
        ("heading", "Comment faire"),
        ("quote", {"-text": "", "-author": ""}),
        ("paragraph", rich("Demandez à l’accueil.")),
        ("callout", {"-tone": "info", "-title": "", "-text": rich("")}),
    ]
    path = f"/cms/pages/add/home/guidepage/{vallees.page('guides').pk}/"
    browser.post(path, guide_form(body))
    page = vallees.page("guides", "reserver-une-salle")
    assert len(page.get_latest_revision_as_object().body) == 5

    preview = browser.get(f"/cms/pages/{page.pk}/view_draft/").content.decode()
    assert "Demandez à l’accueil." in preview
    assert "<blockquote" not in preview

    browser.post(f"/cms/pages/{page.pk}/edit/", guide_form(body, **{"action-publish": "1"}))
    page.refresh_from_db()
    assert page.live
    assert [block.block_type for block in page.body] == ["heading", "paragraph"]


def test_an_error_stays_beside_its_block_when_blank_ones_come_before(
    vallees: Intranet, browser: Client
) -> None:
    body = [
        ("paragraph", rich("")),
        ("quote", {"-text": "", "-author": "Karim"}),
    ]
    path = f"/cms/pages/add/home/guidepage/{vallees.page('guides').pk}/"
    answer = browser.post(path, guide_form(body, **{"action-publish": "1"}))
    error = answer.context["form"].errors.as_data()["body"][0]
    assert list(error.block_errors) == [1]
    assert "Karim" in answer.content.decode()


def test_blank_means_nothing_but_what_a_block_starts_with(vallees: Intranet) -> None:
    blocks = BodyBlocks()
    value = blocks.to_python(
        json.loads(
            words_for(vallees.site).body(
                [
                    {"contacts": {"title": "À qui en parler", "text": ""}},
                    {"contacts": {"title": "Le parc des mobilités", "text": ""}},
                    {"steps": [{"title": "", "text": ""}]},
                    {"steps": [{"title": "", "text": ""}, {"title": "Venir", "text": ""}]},
                    {"key_points": ["", ""]},
                ]
            )
        )
    )
    assert [is_blank(child.block, child.value) for child in value] == [
        True,
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("kind", [kind.key for kind in kinds()])
def test_what_a_model_begins_with_stops_no_one_from_publishing(
    vallees: Intranet, kind: str
) -> None:
    """An announcement was refused for the contact that its model had titled «Une question»."""
    blocks = BodyBlocks()
    for outline in outlines_for(kind):
        value = blocks.to_python(json.loads(words_for(vallees.site).body(list(outline.body))))
        value.append(("paragraph", RichText("<p>Départ à 8 h.</p>")))
        kept = blocks.clean(value)  # refuses nothing
        assert "contacts" not in [child.block_type for child in kept]


def publish(browser: Client, page: Page, body: list[Any], **fields: Any) -> Any:
    data = guide_form(body, **{"action-publish": "1", "title": page.title, "slug": page.slug})
    return browser.post(f"/cms/pages/{page.pk}/edit/", data | fields)


def test_a_guide_of_headings_alone_is_not_published_and_nothing_is_lost(
    vallees: Intranet, browser: Client
) -> None:
    page = guide(vallees, "salle", draft=True)
    body = [
        ("heading", "Comment faire"),
        ("paragraph", rich("")),
        ("heading", "À savoir"),
        ("contacts", {"-title": "À qui en parler", "-text": rich("")}),
    ]
    answer = publish(browser, page, body)
    assert answer.context["form"].errors["body"] == [ONLY_HEADINGS]
    assert "Comment faire" in answer.content.decode()
    page.refresh_from_db()
    assert not page.live

    empty = publish(browser, page, [])
    assert empty.context["form"].errors["body"] == [NO_BODY]

    assert publish(browser, page, [*body, ("paragraph", rich("Demandez."))]).status_code == 302
    page.refresh_from_db()
    assert page.live


def test_news_may_have_a_title_alone(vallees: Intranet, browser: Client) -> None:
    page = news(vallees, "fermeture", draft=True, body=[])
    assert publish(browser, page, []).status_code == 302
    page.refresh_from_db()
    assert page.live


def test_what_is_wrong_in_a_block_is_said_once(vallees: Intranet, browser: Client) -> None:
    page = guide(vallees, "salle", draft=True, body=[])
    answer = publish(browser, page, [("quote", {"-text": "", "-author": "Karim"})])
    assert len(answer.context["form"].errors.as_data()["body"]) == 1


def test_readers_see_no_heading_with_nothing_below_it(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    body = [
        {"heading": "Vide"},
        {"heading": "Un"},
        {"paragraph": "<p>Mots.</p>"},
        {"heading": "Deux"},
        {"key_points": ["Venir"]},
        {"heading": "À la fin"},
    ]
    page = guide(vallees, "sections", body=body)
    text = client_for(None, vallees.host).get("/guides/sections/").content.decode()
    assert re.findall(r"<h2[^>]*>(Vide|Un|Deux|À la fin)<", text) == ["Un", "Deux"]
    assert not page.contents()  # two that are read are no table of contents
    assert page.body[0].value == "Vide"


def test_the_state_of_a_page_shows_nothing_that_an_editor_cannot_use(
    vallees: Intranet, browser: Client
) -> None:
    page = guide(vallees)
    text = browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "Conseils de lecture" in text
    for words in ("Sans verrou", "Mentions ailleurs", "Programmer", "data-content-word-count"):
        assert words not in text
    listing = browser.get(f"/cms/pages/{vallees.root.pk}/").content.decode()
    assert not re.search(r"\d None", listing)
    assert re.search(r"1 à \d+ sur \d+", listing)


KINDS = [("guides", "guidepage"), ("agenda", "eventpage"), ("appels", "callpage")]


def who_reads(page: str) -> str:
    return page.split('<p class="desk-audience">')[1].split("</p>")[0]


@pytest.mark.parametrize(("section", "kind"), KINDS)
def test_the_form_of_a_new_page_says_who_will_read_it(
    vallees: Intranet, browser: Client, section: str, kind: str
) -> None:
    for slugs, words in (([section], "Tout le monde"), (["interne", section], "Entre nous")):
        parent = vallees.page(*slugs)
        page = browser.get(f"/cms/pages/add/home/{kind}/{parent.pk}/").content.decode()
        assert who_reads(page).startswith(f"<strong>{words}</strong>")
        assert ("permet d’en changer" in page) == (kind != "eventpage")


@pytest.mark.parametrize("make", [guide, event, call])
def test_the_form_of_a_page_says_who_reads_it_and_leads_to_the_change_where_there_is_one(
    vallees: Intranet, browser: Client, make: Any
) -> None:
    """An event does not change sides: people signed up for it."""
    sides = {"public": "Tout le monde", "internal": "Entre nous"}
    for audience, words in sides.items():
        page = make(vallees, f"page-{audience}", audience=audience)
        text = who_reads(browser.get(f"/cms/pages/{page.pk}/edit/").content.decode())
        assert text.startswith(f"<strong>{words}</strong>")
        link = f'href="/cms/pages/{page.pk}/public/"'
        assert (link in text, "Cela ne change plus" in text) == (make != event, make == event)


def test_what_is_technical_is_behind_one_tab(vallees: Intranet, browser: Client) -> None:
    page = browser.get(f"/cms/pages/add/home/guidepage/{vallees.page('guides').pk}/")
    tabs = [str(tab.heading) for tab in page.context["edit_handler"].children]
    assert tabs == ["Contenu", "Réglages"]
    assert "Promotion" not in page.content.decode()


def test_an_address_that_nobody_wrote_is_made_of_the_title(
    vallees: Intranet, browser: Client
) -> None:
    """Without JavaScript, or when one publishes before it has answered."""
    section = vallees.page("guides")
    for _ in range(2):
        data = guide_form([("paragraph", rich("Un."))], slug="", **{"action-publish": "1"})
        answer = browser.post(f"/cms/pages/add/home/guidepage/{section.pk}/", data)
        assert answer.status_code == 302
    slugs = GuidePage.objects.filter(title="Réserver une salle").order_by("path")
    assert list(slugs.values_list("slug", flat=True)) == [
        "reserver-une-salle",
        "reserver-une-salle-2",
    ]
    page = slugs[0]
    answer = publish(browser, page, [("paragraph", rich("Un."))], slug="")
    assert "slug" in answer.context["form"].errors  # a known address is not lost


def test_a_title_that_another_page_has_takes_the_next_free_address(
    vallees: Intranet, browser: Client
) -> None:
    section = vallees.page("guides")
    for _ in range(3):
        data = guide_form([("paragraph", rich("Un paragraphe."))])
        assert browser.post(f"/cms/pages/add/home/guidepage/{section.pk}/", data).status_code == 302
    slugs = GuidePage.objects.filter(slug__startswith="reserver-une-salle").order_by("path")
    assert list(slugs.values_list("slug", flat=True)) == [
        "reserver-une-salle",
        "reserver-une-salle-2",
        "reserver-une-salle-3",
    ]
    # The form that is still open says the address of the title.
    last = GuidePage.objects.get(slug="reserver-une-salle-3")
    data = guide_form([("paragraph", rich("Un autre paragraphe."))])
    assert browser.post(f"/cms/pages/{last.pk}/edit/", data).status_code == 302
    assert last.get_latest_revision_as_object().slug == "reserver-une-salle-3"


def test_what_the_browser_says_is_in_the_words_of_the_desk(browser: Client) -> None:
    said = browser.get("/cms/jsi18n/").content.decode()
    assert '"Insert a block": "Ajouter un bloc"' in said
    assert '"Loading\\u2026": "Chargement\\u2026"' in said  # the rest is Wagtail's


def test_every_icon_of_a_block_exists() -> None:
    known = set(re.findall(r'id="icon-([\w-]+)"', get_icons()))
    missing = {block.meta.icon for block in BodyBlocks().child_blocks.values()} - known
    assert missing == set()


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ({"title": ""}, "Donnez un titre à la page"),
        ({"title": "a" * 300}, "raccourcissez à 255 caractères au plus (il y en a 300)"),
        ({"slug": "salle : oui !"}, "sans espace ni ponctuation"),
        ({"review_before": "bientôt"}, "par exemple 31/03/2027"),
        ({"icon": "licorne"}, "Choisissez dans la liste"),
    ],
)
def test_what_the_form_of_a_page_refuses_is_said_with_the_way_to_mend_it(
    vallees: Intranet, browser: Client, typed: dict[str, str], mend: str
) -> None:
    path = f"/cms/pages/add/home/guidepage/{vallees.page('guides').pk}/"
    form = guide_form([("paragraph", rich("Un mot."))], **{"action-publish": "1", **typed})
    assert mend in browser.post(path, form).content.decode()


def test_every_sentence_of_a_refusal_is_ours() -> None:
    """Django's «Champ requis», «Assurez-vous que cette valeur…» do not say how to mend."""
    with override("fr"):
        assert not re.search(
            r"requis|obligatoire|Saisissez|valide|Assurez-vous",
            " ".join(
                [
                    str(forms.Field.default_error_messages["required"]),
                    *(
                        str(message)
                        for field in (
                            forms.ChoiceField,
                            forms.DateField,
                            forms.DateTimeField,
                            forms.IntegerField,
                            forms.ModelChoiceField,
                            forms.TimeField,
                            forms.URLField,
                        )
                        for message in field.default_error_messages.values()
                    ),
                    str(validate_slug.message),
                    str(validate_email.message),
                    str(MaxValueValidator.message),
                    str(MinValueValidator.message),
                ]
            ),
        )


def test_the_window_says_what_one_writes_as_a_french_sentence_does(
    vallees: Intranet, browser: Client
) -> None:
    page = guide(vallees, title="Trier")
    parent = vallees.page("guides")
    for path, said in {
        f"/cms/pages/{page.pk}/edit/": "Modifier · guide\u00a0: Trier",
        f"/cms/pages/add/home/guidepage/{parent.pk}/": "Écrire\u00a0: guide",
        f"/cms/pages/{page.pk}/history/": "Historique\u00a0: Trier",
        f"/cms/images/{picture(vallees, 'Blason').pk}/": "Modification\u00a0: Blason",
    }.items():
        title = re.search(r"<title>(.*?)</title>", browser.get(path).content.decode(), re.DOTALL)
        assert title is not None
        assert unescape(title[1]).strip().startswith(f"{said} - "), path


def test_a_field_of_tags_has_one_help(vallees: Intranet, browser: Client) -> None:
    for path in (f"/cms/images/{picture(vallees).pk}/", f"/cms/pages/{guide(vallees).pk}/edit/"):
        page = browser.get(path).content.decode()
        field = re.search(r'data-contentpath="tags">.*?data-w-tag-url-value.*?</div>', page, re.S)
        assert field is not None
        assert field[0].count('class="help"') == 1, path
        assert "virgules" in field[0], path
