"""``demo-pictures``: draws into the folder for deliveries, for the town that is in the database."""

from datetime import date

from processing.context import JobContext, Rejected
from processing.demo.pictures.make import Wish, draw
from processing.demo.pictures.processes import DrawInputs, DrawOutputs
from processing.demo.pictures.steps import FOLDER


def run(context: JobContext, inputs: DrawInputs) -> DrawOutputs:
    """Draw what is not there yet. Raises Rejected where another municipality is at home."""
    with context.connect() as connection:
        row = connection.execute("SELECT value FROM site WHERE key = 'demo'").fetchone()
    if row is None:
        raise Rejected(
            "only the invented municipality can be drawn, and it is not in this database"
        )
    town = row["value"]
    built_for, dated_to = (date.fromisoformat(town[k]) for k in ("built_for", "dated_to"))
    folder = context.settings.home / "incoming" / FOLDER
    drawn = draw(
        folder, town["seed"], built_for, dated_to, Wish(width=inputs.width), context.report
    )
    return DrawOutputs(panoramas=drawn.panoramas, photos=drawn.photos, folder=FOLDER)
