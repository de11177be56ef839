"""Changing features: whoever may, one at a time, with every change kept and undoable.

| module | what |
| --- | --- |
| ``reading`` | values and geometries that somebody sends, held against the declaration |
| ``model`` | a change, an entry of the history, a feature that is held |
| ``bench`` | the transaction: who may, the feature held, what the database refuses |
| ``past`` | the history of a feature, and its last change taken back |
| ``desk`` | ``EditDesk``: create, replace, update, delete; history and undo by ``past`` |

What may be edited, and by whom, is the layer's ``editable``. The first lock is ``geoloket.access``;
the second is the role of the session, which alone may write and only those tables
(``geoloket.grants``). The history is written by triggers: no door passes by it.
"""

from geoloket.edits.desk import EditDesk
from geoloket.edits.model import Change, Check, Entry
from geoloket.edits.reading import merged

__all__ = ["Change", "Check", "EditDesk", "Entry", "merged"]
