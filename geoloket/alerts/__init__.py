"""Following a permit file, or a circle around an address.

``AlertDesk`` is what the counter asks: follow, confirm, stop, manage. ``Postman`` is what the
worker does: lay changes beside what is followed, and hand each letter to a channel until it is
accepted. The tables are in the schema ``alerts``; permits tell their changes by triggers.
"""

from geoloket.alerts.channel import Channel, Delayed, Refused
from geoloket.alerts.desk import CONSENT, RADII, AlertDesk, Follow, Frequency, Wish
from geoloket.alerts.letter import About, Change, Letter, Links, Message, Write
from geoloket.alerts.mail import channel
from geoloket.alerts.postman import Postman

__all__ = [
    "CONSENT",
    "RADII",
    "About",
    "AlertDesk",
    "Change",
    "Channel",
    "Delayed",
    "Follow",
    "Frequency",
    "Letter",
    "Links",
    "Message",
    "Postman",
    "Refused",
    "Wish",
    "Write",
    "channel",
]
