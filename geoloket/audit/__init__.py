"""The audit log: who of the staff looked at what, when, why and by which door.

| module | what |
| --- | --- |
| ``looks`` | what is noted: a look at a layer, and which layers are worth one |
| ``ledger`` | what one request has looked at, written before its answer goes out |
| ``log`` | ``AuditLog``: what the stores of the hall call |
| ``chain`` | hashes and checkpoints: verify, list, prune; for the command line and the worker |
| ``desk`` | ``LogDesk``: the log for who has the role admin; looking at it is noted as well |

It is apart from the technical log, and no sentence, filter or search of anybody is in it. Entries
are bound to each other by hashes, so that one that is changed or taken away is missed.
"""

from geoloket.audit.desk import ITSELF, LogDesk, Search
from geoloket.audit.ledger import Ledger, ledger
from geoloket.audit.log import AuditLog
from geoloket.audit.looks import RUNS, Deed, Look, confidential

__all__ = [
    "ITSELF",
    "RUNS",
    "AuditLog",
    "Deed",
    "Ledger",
    "LogDesk",
    "Look",
    "Search",
    "confidential",
    "ledger",
]
