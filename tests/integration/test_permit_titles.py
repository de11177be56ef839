"""Subjects of permits lose the names of persons and firms; nothing of an applicant gets out."""

from __future__ import annotations

import pytest
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.database import connect
from processing.demo.subjects import NOTIFICATION_SUBJECTS, SUBJECTS

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
