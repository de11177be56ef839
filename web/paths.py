"""Page addresses: Dutch without prefix, English under ``/en`` with English words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request

from geoloket.language import DEFAULT, LANGUAGES

PATHS: Final[dict[str, dict[str, str]]] = {
    "home": {"nl": "/", "en": "/en/"},
    "search": {"nl": "/zoek", "en": "/en/search"},
    "map": {"nl": "/kaart", "en": "/en/map"},
    "parcel": {"nl": "/perceel/{id}", "en": "/en/parcel/{id}"},
    "address": {"nl": "/adres/{id}", "en": "/en/address/{id}"},
    "permits": {"nl": "/vergunningen", "en": "/en/permits"},
    "permit": {"nl": "/vergunning/{id}", "en": "/en/permit/{id}"},
    "events": {"nl": "/evenementen", "en": "/en/events"},
    "event": {"nl": "/evenement/{id}", "en": "/en/event/{id}"},
    "alerts": {"nl": "/meldingen", "en": "/en/alerts"},
    "alerts_manage": {"nl": "/meldingen/beheer/{id}", "en": "/en/alerts/manage/{id}"},
    "alerts_confirm": {"nl": "/meldingen/bevestig/{id}", "en": "/en/alerts/confirm/{id}"},
    "alerts_stop": {"nl": "/meldingen/stop/{id}", "en": "/en/alerts/stop/{id}"},
    "datasets": {"nl": "/data", "en": "/en/data"},
    "dataset": {"nl": "/data/{id}", "en": "/en/data/{id}"},
    "accessibility": {"nl": "/toegankelijkheid", "en": "/en/accessibility"},
    "privacy": {"nl": "/privacy", "en": "/en/privacy"},
    "about": {"nl": "/over", "en": "/en/about"},
    "map_help": {"nl": "/help/kaart", "en": "/en/help/map"},
    "manual": {"nl": "/handleiding", "en": "/en/manual"},
    "manual_page": {"nl": "/handleiding/{id}", "en": "/en/manual/{id}"},
    "embedded_map": {"nl": "/insluiten/kaart", "en": "/en/embed/map"},
    "sign_in": {"nl": "/aanmelden", "en": "/en/sign-in"},
    "sign_in_go": {"nl": "/aanmelden/naar", "en": "/en/sign-in/go"},
    "sign_out": {"nl": "/afmelden", "en": "/en/sign-out"},
    "staff": {"nl": "/medewerker", "en": "/en/staff"},
    "logbook": {"nl": "/medewerker/logboek", "en": "/en/staff/log"},
    "register": {"nl": "/medewerker/verwerkingsregister", "en": "/en/staff/register"},
    "jobs": {"nl": "/medewerker/taken", "en": "/en/staff/jobs"},
    "job": {"nl": "/medewerker/taak/{id}", "en": "/en/staff/job/{id}"},
    "job_new": {"nl": "/medewerker/taken/nieuw/{id}", "en": "/en/staff/jobs/new/{id}"},
    "job_files": {
        "nl": "/medewerker/taken/nieuw/{id}/bestanden",
        "en": "/en/staff/jobs/new/{id}/files",
    },
    "access": {"nl": "/medewerker/toegang", "en": "/en/staff/access"},
    "purpose": {"nl": "/medewerker/doel", "en": "/en/staff/purpose"},
    "inspections": {"nl": "/medewerker/inspecties", "en": "/en/staff/inspections"},
    "inspections_today": {
        "nl": "/medewerker/inspecties/vandaag",
        "en": "/en/staff/inspections/today",
    },
    "inspection": {"nl": "/medewerker/inspectie/{id}", "en": "/en/staff/inspection/{id}"},
    "residence_checks": {"nl": "/medewerker/woonstcontroles", "en": "/en/staff/residence-checks"},
    "residence_check": {
        "nl": "/medewerker/woonstcontrole/{id}",
        "en": "/en/staff/residence-check/{id}",
    },
    "inspection_counts": {"nl": "/woningcontroles", "en": "/en/housing-inspections"},
    "imagery": {"nl": "/medewerker/beelden", "en": "/en/staff/imagery"},
    "imagery_report": {"nl": "/medewerker/beelden/rapport", "en": "/en/staff/imagery/report"},
    "imagery_review": {"nl": "/medewerker/beelden/nazicht", "en": "/en/staff/imagery/review"},
    "imagery_areas": {
        "nl": "/medewerker/beelden/vervagen/{id}",
        "en": "/en/staff/imagery/blur/{id}",
    },
    "blur_request": {"nl": "/beeld/{id}/vervagen", "en": "/en/picture/{id}/blur"},
}


def path(page: str, language: str, *, id: str | None = None, **query: object) -> str:
    """The address of a page in a language; what is None is left out of the query.

    >>> path("parcel", "en", id="99001A0123-00B000")
    '/en/parcel/99001A0123-00B000'
    """
    address = PATHS[page][language]
    if id is not None:
        address = address.replace("{id}", quote(id, safe="-_."))
    given = {key: value for key, value in query.items() if value is not None}
    return f"{address}?{urlencode(given, safe=',:/')}" if given else address


def data(place: str = "", *, language: str) -> str:
    """The address of a page of open data, in a language: those pages negotiate, or are told."""
    return f"/ogc{place}" + ("" if language == DEFAULT else f"?lang={language}")


def twin(page: str, *, id: str | None = None, **query: object) -> Callable[[str], str]:
    """The address of the same page in any language."""

    def in_language(language: str) -> str:
        return path(page, language, id=id, **query)

    return in_language


def language_of(request: Request) -> str:
    """The language that a page address says; Dutch without prefix."""
    first = request.url.path.split("/", 2)[1]
    return first if first in LANGUAGES else DEFAULT
