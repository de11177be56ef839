"""As many addresses as Flanders has, made from the real ones of a few cities.

Every copy of a postcode is a municipality of its own. A third of the street names stay (there is a
Kerkstraat in every one); the others get another ending (Kerkstraat, Kerklaan, Kerkdreef …), so that
there are some ten times as many different names to tell apart as in the cities themselves.
"""

from __future__ import annotations

from typing import Final

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.addresses import refresh_index

COPIES: Final = 24
"""Beside the real addresses: 124 507 become 3.1 million."""

ENDINGS: Final = [
    "straat", "laan", "plein", "weg", "lei", "dreef", "hof", "kaai", "dijk", "berg", "veld",
    "baan", "pad", "park", "bos", "heide", "steenweg", "markt",
]  # fmt: skip
"""Of a street; a copy moves each name a few endings on."""

FIRST: Final = [
    "Aar", "Berk", "Den", "Eik", "Grim", "Har", "Kal", "Lin", "Mol", "Nieuw", "Os", "Pol", "Rans",
    "Schel", "Ter", "Veld", "Wester", "Zand",
]  # fmt: skip
LAST: Final = [
    "gem", "beke", "hove", "dam", "ingen", "broek", "hout", "laar", "donk", "rode", "zele",
    "kerke", "berg", "wijk", "kapelle", "lo", "molen", "stede",
]  # fmt: skip
"""With FIRST the names of 324 municipalities that are nowhere."""

MULTIPLY: Final = """
WITH place AS (
    SELECT postcode, copy, (row_number() OVER (ORDER BY postcode, copy) - 1)::integer AS n
    FROM (SELECT DISTINCT postcode FROM geoloket.addresses) AS real,
        generate_series(1, %(copies)s) AS copy
), ending AS (
    SELECT name.street_name, part.found[1] AS stem, part.found[2] AS ending,
        array_position(%(endings)s::text[], part.found[2]) AS at,
        abs(hashtext(name.street_name)) %% 3 = 0 AS stays
    FROM (SELECT DISTINCT street_name FROM geoloket.addresses) AS name
    LEFT JOIN LATERAL regexp_match(name.street_name, %(pattern)s) AS part (found) ON true
), street AS (
    SELECT street_name, copy, CASE WHEN stays OR at IS NULL THEN street_name
        ELSE stem || (%(endings)s::text[])[(at - 1 + copy) %% cardinality(%(endings)s::text[]) + 1]
        END AS shown
    FROM ending, generate_series(1, %(copies)s) AS copy
)
INSERT INTO geoloket.addresses (id, street_name, house_number, box_number, municipality, postcode,
    postal_name, status, full_address, geom)
SELECT real.id || '~' || place.copy, street.shown, real.house_number, real.box_number,
    named.municipality, (4000 + place.n)::text, named.municipality, real.status,
    concat(street.shown, ' ', real.house_number, ', ', 4000 + place.n, ' ', named.municipality),
    ST_Translate(real.geom, place.copy / 6 * 4000 - 8000, place.copy %% 6 * 4000 - 8000)
FROM geoloket.addresses AS real
JOIN place USING (postcode)
JOIN street ON street.street_name = real.street_name AND street.copy = place.copy,
    LATERAL (SELECT (%(first)s::text[])[place.n %% 18 + 1]
        || (%(last)s::text[])[place.n / 18 + 1] AS municipality) AS named
"""


def multiply(connection: Connection[DictRow]) -> int:
    """Add the copies, all in one transaction, and index them. Returns how many can be found."""
    values = {
        "copies": COPIES,
        "endings": ENDINGS,
        "pattern": f"^(.+?)({'|'.join(ENDINGS)})$",
        "first": FIRST,
        "last": LAST,
    }
    # The planner cannot count what a regular expression finds.
    connection.execute("SET LOCAL enable_nestloop TO off")
    connection.execute("SET LOCAL work_mem TO '256MB'")
    connection.execute(MULTIPLY, values)
    connection.execute("SET LOCAL enable_nestloop TO on")
    connection.execute("ANALYZE geoloket.addresses")
    indexed = refresh_index(connection)
    connection.commit()
    return indexed
