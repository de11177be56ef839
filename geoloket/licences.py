"""Licences by name: the address that catalogues know them by, and the SPDX code where one exists.

A licence that is not here is told as it was declared: as an address, or as text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_FLANDERS: Final = "https://data.vlaanderen.be/id/licentie"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as far as it is known."""

    name: str
    uri: str | None = None
    """What catalogues call it."""
    text: str | None = None
    """Where it can be read, if not at ``uri``."""
    spdx: str | None = None
    kind: str | None = None
    """Code of the ADMS licence types."""

    @property
    def readable_at(self) -> str | None:
        """Where a person finds what it says."""
        return self.text or self.uri


CATALOGUE: Final = Licence(
    name="Creative Commons Zero verklaring",
    uri=f"{_FLANDERS}/creative-commons-zero-verklaring/v1.0",
    spdx="CC0-1.0",
    kind="PublicDomain",
)
"""That of the descriptions themselves: DCAT-AP Vlaanderen prescribes it."""

KNOWN: Final = (
    CATALOGUE,
    Licence(
        name="Modellicentie gratis hergebruik",
        uri=f"{_FLANDERS}/modellicentie-gratis-hergebruik/v1.0",
        kind="Attribution",
    ),
    Licence(
        name="Onvoorwaardelijk hergebruik",
        uri=f"{_FLANDERS}/onvoorwaardelijk-hergebruik/v1.0",
        kind="PublicDomain",
    ),
    # The licence of before 2016 has no address in the list of Flanders, only a text.
    Licence(
        name="Gratis open data licentie Vlaanderen",
        text=(
            "https://overheid.vlaanderen.be/sites/default/files/documenten/ict-egov/"
            "licences_gratis-open-data-licentie1.2.html"
        ),
        kind="Attribution",
    ),
    Licence(
        name="CC-BY-4.0",
        uri="https://creativecommons.org/licenses/by/4.0/",
        spdx="CC-BY-4.0",
        kind="Attribution",
    ),
)
_BY_NAME: Final = {
    name.casefold(): one for one in KNOWN for name in (one.name, one.uri, one.spdx) if name
}


def licence(declared: str) -> Licence:
    """What is known of a licence that is declared by name, SPDX code or address.

    >>> licence("modellicentie gratis hergebruik").kind
    'Attribution'
    >>> licence("https://example.org/terms").uri
    'https://example.org/terms'
    """
    if known := _BY_NAME.get(declared.casefold()):
        return known
    if declared.startswith(("https://", "http://")):
        return Licence(name=declared, uri=declared)
    return Licence(name=declared)
