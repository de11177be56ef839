"""Subjects of permits lose the names of persons and firms; nothing of an applicant gets out."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from random import Random

import pytest
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.database import connect
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry
from processing.demo.people import person
from processing.demo.subjects import NOTIFICATION_SUBJECTS, SUBJECTS
from web.sentences import FOLDER

TEXTS = FOLDER / "nl"

# (as delivered, as published); None: nothing is left to say, so pages give the file number.
CASES: list[tuple[str, str | None]] = [
    ("Verbouwen woning Jan Janssens", "Verbouwen woning"),
    ("Verbouwen woning voor dhr. Peeters", "Verbouwen woning"),
    ("Bouwen van een garage op naam van Peeters-Claes", "Bouwen van een garage"),
    ("Bouwen van een loods voor bvba Janssens en Zonen", "Bouwen van een loods"),
    ("Bouwen van een loods door Houthandel Peeters NV", "Bouwen van een loods"),
    ("exploitatie van een garage, nv Autohandel", "Exploitatie van een garage"),
    ("Regularisatie bijgebouw familie De Smet", "Regularisatie bijgebouw"),
    ("Verbouwen van een woning in opdracht van de heer en mevrouw Van den Berghe",
     "Verbouwen van een woning"),
    ("Verkavelen van een grond, aanvrager: Marc Wouters", "Verkavelen van een grond"),
    ("Bouwen van een stal Vanderstraeten Luc en Maria", "Bouwen van een stal"),
    ("Janssens Jan: verbouwen van een woning", "Verbouwen van een woning"),
    ("Janssens verbouwen woning", "Verbouwen woning"),
    ("Bosmans Jan", None),
    ("Dhr. Peeters: bouwen van een carport", "Bouwen van een carport"),
    ("Plaatsen van een veranda bij Verbeek", "Plaatsen van een veranda"),
    ("Plaatsen van een veranda, J. Janssens", "Plaatsen van een veranda"),
    ("Slopen van een schuur van Anke Van Zandweghe", "Slopen van een schuur"),
    ("Vellen van 2 bomen - mevr. D'Hondt", "Vellen van 2 bomen"),
    ("Vellen van bomen (Émile Çelik)", "Vellen van bomen"),
    ("Bouwen woning namens jan janssens", "Bouwen woning"),
    ("Bouwen woning, bel 0475 12 34 56 of jan@voorbeeld.example", "Bouwen woning, bel of"),
    ("Bouwen woning t.n.v. mw. Ö. Yılmaz", "Bouwen woning"),
    ("VERBOUWEN WONING JANSSENS", None),
    ("NIEUWBOUW EENGEZINSWONING", "Nieuwbouw eengezinswoning"),
    ("OMV", None),
    ("", None),
    # Without a capital: given names, surnames, "van den", initials.
    ("verbouwen woning jan peeters", "Verbouwen woning"),
    ("Verbouwen van een woning van jan van den berg", "Verbouwen van een woning"),
    ("bouwen van een garage voor marie-louise de smet", "Bouwen van een garage"),
    ("bouwen van een garage door j.p. janssens en zonen", "Bouwen van een garage"),
    ("plaatsen van een carport peeters-claes", "Plaatsen van een carport"),
    ("jan peeters: slopen van een schuur", "Slopen van een schuur"),
    ("peeters verbouwen woning", "Verbouwen woning"),
    ("slopen van een schuur bij hendrickx en vandenbroucke", "Slopen van een schuur"),
    ("Regularisatie bijgebouw van den broeck", "Regularisatie bijgebouw"),
    ("verbouwen woning van der auwera met garage", "Verbouwen woning met garage"),
    ("exploitatie van een slagerij door kuypers bvba", "Exploitatie van een slagerij"),
    ("Verbouwen woning Jan peeters", "Verbouwen woning"),
    ("vellen van een boom door mohamed el khattabi", "Vellen van een boom"),
    ("bouwen van een woning luc wastiau", "Bouwen van een woning"),
    ("verbouwen van de woning van lieve mertens tot winkel", "Verbouwen van de woning tot winkel"),
    # Words and places that only look like a name.
    ("Plaatsen van een hek aan de mark", "Plaatsen van een hek aan de mark"),
    ("Herstel van de oever van de lieve", "Herstel van de oever van de lieve"),
    ("Restaureren van de kerk sint jan", "Restaureren van de kerk sint jan"),
    ("Bouwen van een kapel van onze lieve vrouw", "Bouwen van een kapel van onze lieve vrouw"),
    ("Heraanleg van het koning albert park", "Heraanleg van het koning albert park"),
    ("Loods in de jan van gentstraat", "Loods in de jan van gentstraat"),
    ("Vellen van een els bij elke woning", "Vellen van een els bij elke woning"),
    ("Bouwen van een aerobe zuivering", "Bouwen van een aerobe zuivering"),
    ("Vervangen van de ketels van twee serres", "Vervangen van de ketels van twee serres"),
    # Places and abbreviations are no persons.
    ("Herstel van de oevers van de Zandbeek", "Herstel van de oevers van de Zandbeek"),
    ("Bouwen van 3 woningen in de Kerkstraat", "Bouwen van 3 woningen in de Kerkstraat"),
    ("Heraanleg van de Molenweg volgens RUP Centrum", "Heraanleg van de Molenweg volgens RUP"),
    ("Windturbine van 3 MW langs het kanaal", "Windturbine van 3 MW langs het kanaal"),
    ("Fietspad langs het Dorpspark", "Fietspad langs het Dorpspark"),
    ("de exploitatie van een nieuwe inrichting", "De exploitatie van een nieuwe inrichting"),
    ("Landschapsplan voor een weide", "Landschapsplan voor een weide"),
]  # fmt: skip


@pytest.fixture(scope="module")
def visitor(town_dsn: str):
    with connect(town_dsn, role="geoloket_reader") as connection:
        yield connection


def cleaned(connection: Connection[DictRow], title: str) -> str | None:
    row = connection.execute("SELECT geoloket.permit_title(%s) AS title", [title]).fetchone()
    assert row is not None
    return row["title"]


@pytest.mark.parametrize(("given", "left"), CASES)
def test_names_are_cut(visitor: Connection[DictRow], given: str, left: str | None) -> None:
    assert cleaned(visitor, given) == left


@pytest.mark.parametrize(("given", "left"), CASES)
def test_what_is_clean_stays_as_it_is(
    visitor: Connection[DictRow], given: str, left: str | None
) -> None:
    if left:
        assert cleaned(visitor, left) == left


def test_ordinary_subjects_are_left_alone(visitor: Connection[DictRow]) -> None:
    titles = [subject.title for subject in (*SUBJECTS, *NOTIFICATION_SUBJECTS)]
    assert {title: cleaned(visitor, title) for title in titles} == {t: t for t in titles}


def test_no_word_of_our_own_pages_is_a_name(visitor: Connection[DictRow]) -> None:
    """What is in the lists of names is never an ordinary word; names that pages give are named."""
    text = " ".join(file.read_text(encoding="utf-8") for file in sorted(TEXTS.glob("*.toml")))
    said = sorted(set(re.findall(r"[a-zà-ÿ]{3,}", text.lower())))
    assert len(said) > 1500
    rows = visitor.execute(
        "SELECT word FROM unnest(%s::text[]) AS word "
        "WHERE geoloket.permit_title_given(word) OR geoloket.permit_title_surname(word)",
        [said],
    ).fetchall()
    assert {row["word"] for row in rows} <= {"jan"}


def test_ordinary_subjects_keep_their_words_in_small_letters(visitor: Connection[DictRow]) -> None:
    titles = [subject.title for subject in (*SUBJECTS, *NOTIFICATION_SUBJECTS)]
    left = {title: cleaned(visitor, title.lower()) for title in titles}
    assert {title: (text or "").lower() for title, text in left.items()} == {
        title: title.lower() for title in titles
    }


def test_real_subjects_keep_their_words(visitor: Connection[DictRow], real_data: Path) -> None:
    file = real_data / "antwerpen-milieuvergunningen" / "vergunningen.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        titles = {row["voorwerp_van_aanvraag"].strip() for row in csv.DictReader(rows)}
    assert titles
    lost = {
        t: cleaned(visitor, t) for t in titles if (cleaned(visitor, t) or "").lower() != t.lower()
    }
    assert lost == {}


def test_people_in_small_letters_are_cut(visitor: Connection[DictRow]) -> None:
    """Applicants as the invented town has them, with surnames that nobody has."""
    chance = Random(24062)
    names = {person(chance).lower() for _ in range(500)}
    cut = [
        name
        for name in sorted(names)
        if cleaned(visitor, f"verbouwen van een woning {name} met carport")
        == "Verbouwen van een woning met carport"
    ]
    assert len(cut) > 0.85 * len(names), sorted(names - set(cut))[:20]


def test_what_came_before_the_rule_is_cleaned_when_it_is_migrated(fresh_dsn: str) -> None:
    name = "0123_post_permit_titles_again.sql"
    with connect(fresh_dsn) as owner:
        owner.execute("ALTER TABLE permits DISABLE TRIGGER clean_title")
        owner.execute(
            "INSERT INTO permits (id, title) VALUES ('1', 'verbouwen woning jan peeters')"
        )
        owner.execute("ALTER TABLE permits ENABLE TRIGGER clean_title")
        owner.execute("DELETE FROM migrations WHERE name = %s", [name])
        owner.commit()
        migrate(owner, LayerRegistry.read(), 31370)
        row = owner.execute("SELECT title FROM permits").fetchone()
        told = owner.execute("SELECT was, became FROM alerts.changes WHERE NOT is_new").fetchall()
    assert row == {"title": "Verbouwen woning"}
    assert told == []
