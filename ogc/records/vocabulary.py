"""Code lists of catalogues: addresses and names of themes, languages and types of file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geoloket.declaration import Text
from geoloket.subject import DataTheme, InspireTheme, Topic
from ogc.negotiation import Format

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
DATA_THEME: Final = f"{_AUTHORITY}/data-theme"
INSPIRE_THEME: Final = "http://inspire.ec.europa.eu/theme"
INSPIRE_CODES: Final = "http://inspire.ec.europa.eu/metadata-codelist"
TOPIC: Final = f"{INSPIRE_CODES}/TopicCategory"
ACCESS_RIGHT: Final = f"{_AUTHORITY}/access-right"
LANGUAGES: Final[Mapping[str, str]] = {
    "nl": f"{_AUTHORITY}/language/NLD",
    "en": f"{_AUTHORITY}/language/ENG",
}
LANGUAGE_NAMES: Final[Mapping[str, str]] = {"nl": "Nederlands", "en": "English"}
FLANDERS: Final = f"{_AUTHORITY}/atu/BEL_RG_VLS"

DATA_THEMES: Final[Mapping[DataTheme, Text]] = {
    "AGRI": {"nl": "Landbouw, visserij en voeding", "en": "Agriculture, fisheries and food"},
    "ECON": {"nl": "Economie en financiën", "en": "Economy and finance"},
    "EDUC": {"nl": "Onderwijs, cultuur en sport", "en": "Education, culture and sport"},
    "ENER": {"nl": "Energie", "en": "Energy"},
    "ENVI": {"nl": "Milieu", "en": "Environment"},
    "GOVE": {"nl": "Overheid en publieke sector", "en": "Government and public sector"},
    "HEAL": {"nl": "Gezondheid", "en": "Health"},
    "INTR": {"nl": "Internationale vraagstukken", "en": "International issues"},
    "JUST": {"nl": "Justitie en openbare veiligheid", "en": "Justice and public safety"},
    "REGI": {"nl": "Regio's en steden", "en": "Regions and cities"},
    "SOCI": {"nl": "Bevolking en samenleving", "en": "Population and society"},
    "TECH": {"nl": "Wetenschap en technologie", "en": "Science and technology"},
    "TRAN": {"nl": "Vervoer", "en": "Transport"},
}
_INSPIRE_NAMES: Final[Mapping[str, Text]] = {
    "ad": {"nl": "Adressen", "en": "Addresses"},
    "am": {"nl": "Gebiedsbeheer", "en": "Area management"},
    "au": {"nl": "Administratieve eenheden", "en": "Administrative units"},
    "bu": {"nl": "Gebouwen", "en": "Buildings"},
    "cp": {"nl": "Kadastrale percelen", "en": "Cadastral parcels"},
    "hy": {"nl": "Hydrografie", "en": "Hydrography"},
    "lu": {"nl": "Landgebruik", "en": "Land use"},
    "ps": {"nl": "Beschermde gebieden", "en": "Protected sites"},
    "tn": {"nl": "Vervoersnetwerken", "en": "Transport networks"},
}
TOPICS: Final[Mapping[Topic, Text]] = {
    "biota": {"nl": "Flora en fauna", "en": "Biota"},
    "boundaries": {"nl": "Grenzen", "en": "Boundaries"},
    "climatologyMeteorologyAtmosphere": {"nl": "Klimaat en weer", "en": "Climate and weather"},
    "economy": {"nl": "Economie", "en": "Economy"},
    "elevation": {"nl": "Hoogte", "en": "Elevation"},
    "environment": {"nl": "Leefmilieu", "en": "Environment"},
    "farming": {"nl": "Landbouw", "en": "Farming"},
    "geoscientificInformation": {"nl": "Aardwetenschappen", "en": "Geoscience"},
    "health": {"nl": "Gezondheid", "en": "Health"},
    "imageryBaseMapsEarthCover": {"nl": "Beelden en basiskaarten", "en": "Imagery and base maps"},
    "inlandWaters": {"nl": "Binnenwateren", "en": "Inland waters"},
    "intelligenceMilitary": {"nl": "Defensie", "en": "Defence"},
    "location": {"nl": "Locatie", "en": "Location"},
    "oceans": {"nl": "Zeeën en oceanen", "en": "Oceans"},
    "planningCadastre": {"nl": "Ruimtelijke ordening en kadaster", "en": "Planning and cadastre"},
    "society": {"nl": "Maatschappij", "en": "Society"},
    "structure": {"nl": "Bouwwerken", "en": "Structures"},
    "transportation": {"nl": "Verkeer en vervoer", "en": "Transportation"},
    "utilitiesCommunication": {"nl": "Nutsvoorzieningen", "en": "Utilities"},
}
FILE_TYPES: Final[Mapping[str, str]] = {
    "application/geo+json": "GEOJSON",
    "application/ld+json": "JSON_LD",
    "application/geopackage+sqlite3": "GPKG",
    "text/csv": "CSV",
    "text/html": "HTML",
    "application/vnd.apache.parquet": "PARQUET",
}
"""Media type to the code of the EU's list of file types, where that list has one."""


def inspire_name(theme: InspireTheme) -> Text:
    """What an INSPIRE theme is called, or its code where we do not translate it."""
    return _INSPIRE_NAMES.get(theme, {"nl": theme})


def file_type(offer: Format) -> str | None:
    """Address of the type of file, or None where the list has none."""
    code = FILE_TYPES.get(offer.media_type.split(";")[0])
    return f"{_AUTHORITY}/file-type/{code}" if code else None
