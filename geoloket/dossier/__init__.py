"""The parcel dossier: what is known of a parcel, by the sections of a property enquiry.

It is for orientation and is not the legal product (VIP). Each section says where its answer comes
from and how old that is; what no layer holds is ``to_be_completed``, never ``not_applicable``.
"""

from geoloket.dossier.desk import NEAR_M, ParcelDossiers
from geoloket.dossier.model import Answer, Dossier, Finding, Reason, Section, Source

__all__ = [
    "NEAR_M",
    "Answer",
    "Dossier",
    "Finding",
    "ParcelDossiers",
    "Reason",
    "Section",
    "Source",
]
