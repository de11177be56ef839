"""The tasks for which staff look at data, in words."""

from __future__ import annotations

from geoloket.access import Principal
from geoloket.hall import Hall
from geoloket.language import pick
from geoloket.people import DECLARED
from web.sentences import Sentences


def task_titles(hall: Hall, say: Sentences) -> dict[str, str]:
    """Every task by its code, as the audit log keeps it."""
    titles = {
        task.code: pick(task.title, say.language)
        for layer in hall.registry.values()
        for task in layer.purposes
    }
    return titles | {DECLARED: say("task.declared")}


def tasks_for(hall: Hall, who: Principal, say: Sentences) -> list[tuple[str, str, str]]:
    """Code, title and data of each task that a token of this person may be for."""
    asked = [
        (task.code, pick(task.title, say.language), pick(layer.title, say.language))
        for layer in reversed(hall.features.layers(who))
        for task in layer.purposes
    ]
    return [*asked, (DECLARED, say("task.declared"), say("task.declared_for"))]
