"""Public services as sources: their answers are kept on disk, so that a stopped import goes on.

``geoloket import parcels grb --nis 24062`` and ``geoloket import addresses adressenregister --nis
24062``. What is fetched lies under ``<home>/downloads``; the import itself reads those files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from geoloket.errors import CommandError
from geoloket.layer import Layer
from geoloket.settings import Settings
from processing.importing.report import Progress
from processing.importing.services.adressenregister import RegisterAddresses
from processing.importing.services.downloads import forget
from processing.importing.services.fetching import Fetcher
from processing.importing.services.grb import GrbParcels
from processing.importing.source import Source

NAMES: Final = ("grb", "adressenregister")


def fetch(settings: Settings, layer: Layer, nis: Sequence[str], progress: Progress) -> list[Source]:
    """The rows of these municipalities from the service that the layer declares.

    Raises CommandError when the layer has none or no municipality is named, and SourceRejected
    when the service cannot answer.
    """
    if not nis or not all(re.fullmatch(r"\d{5}", code) for code in nis):
        raise CommandError("say which municipalities with --nis and their NIS codes of five digits")
    downloads, urls = settings.home / "downloads", settings.services
    if layer.source and layer.source.service == "grb":
        with Fetcher(urls.grb_url) as features, Fetcher(urls.capakey_url) as capakey:
            return [*GrbParcels(features, capakey, downloads).fetch(nis, progress)]
    if layer.source and layer.source.service == "adressenregister":
        key = urls.adressenregister_key
        headers = {"x-api-key": key.get_secret_value()} if key else {}
        headers["Accept"] = "application/ld+json"
        with Fetcher(urls.adressenregister_url, headers) as register:
            return [*RegisterAddresses(register, downloads).fetch(nis, progress)]
    raise CommandError(f"layer {layer.id} names no service in its layer.toml")


def done(settings: Settings, nis: Sequence[str]) -> None:
    """The pages of the GRB were imported and can go; addresses stay, to be asked for less often."""
    for code in nis:
        forget(settings.home / "downloads" / "grb" / code)
