"""Changing features: whoever may, one at a time, with every change kept and undoable.

| module | what |
| --- | --- |
| ``reading`` | values and geometries that somebody sends, held against the declaration |
| ``desk`` | ``EditDesk``: create, replace, update, delete, history, undo |

What may be edited, and by whom, is the layer's ``editable``. The first lock is ``geoloket.access``;
the second is the role of the session, which alone may write and only those tables
(``geoloket.grants``). The history is written by triggers: no door passes by it.
"""

from geoloket.edits.desk import Change, Check, EditDesk, Entry
from geoloket.edits.reading import merged

__all__ = ["Change", "Check", "EditDesk", "Entry", "merged"]
