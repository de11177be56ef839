"""Invented people and bodies: names that nobody in particular has."""

from random import Random

_FIRST = (
    "Anke", "Bram", "Céline", "Dries", "Elke", "Floris", "Griet", "Hassan", "Inge", "Joris",
    "Katrien", "Lowie", "Mieke", "Noor", "Olivier", "Pieter", "Renée", "Sofie", "Tuur", "Ulrike",
    "Veerle", "Wannes", "Yasmina", "Zoë", "Aïcha", "Matthias", "Liesbeth", "Koenraad",
    "Margaux", "Jérôme",
)  # fmt: skip
_LAST = (
    "Van Zandweghe", "De Molenaere", "Vandijcke", "Beeckman-Duyn", "Kouterschoot", "Van Damvelde",
    "Claesbeke", "De Wulfsteert", "Populaire", "Strobbeveld", "Vlasschaertmans", "Ter Zandeman",
    "Duinslager", "Amandens", "Van Gravenhoek", "Kasteelmans", "Broeckzang", "Heiremoer",
    "Lindenbos", "Noordhoeck", "De Polderman", "Wevershout", "Zilverbeek", "Van den Ruwenberg",
    "Meerschwaerde", "D'Hondtzele", "Öztürk-Maes", "El Zandouri", "Nguyễn-Beke", "Kowalczyk-Duyn",
)  # fmt: skip
_BUSINESS = (
    "Bouwbedrijf Zandgrond", "Garage De Grote Baan", "Vlasserij Nieuwe Leest",
    "Houtwerken Wulfhoek", "Betonwerken Kouter", "Transport Duynvelde", "Bakkerij 't Zandkorrelke",
    "Drukkerij Inktbeke", "Immo Kerkstraat", "Zuivel Ter Zande", "Koeltechniek Polderlucht",
    "Tuinaanleg De Beukenhof",
)  # fmt: skip
_CLUBS = (
    "Feestcomité Zandwijk Leeft", "KSA Zandwijk", "Chiro Sint-Amands", "Dorpsraad 's-Gravendijk",
    "Wielerclub De Zandtrappers", "Harmonie Sint-Cecilia Zandwijk", "Oudercomité De Zandloper",
    "Landelijke Gilde Sint-Amandskerke", "Handelsgebuurte Marktplein", "Buurtcomité Vogelzang",
    "Gezinsbond Zandwijk", "FC Dijkzonen", "Cultuurraad Zandwijk", "Jeugdhuis De Zandbak",
)  # fmt: skip


def person(chance: Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def business(chance: Random) -> str:
    return f"{chance.choice(_BUSINESS)} {chance.choice(('bv', 'nv', 'bv', 'vof'))}"


def club(chance: Random) -> str:
    return chance.choice(_CLUBS)


def mail_of(name: str) -> str:
    """An address that can never arrive: the domain is reserved for examples."""
    plain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    return f"{plain}@example.org"
