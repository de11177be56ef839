"""Subjects of permit files in plain Dutch, with the kind of place where each of them happens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked: title, project types, where, whether an inquiry is usual, who decides."""

    title: str
    types: str
    places: tuple[str, ...]
    ordinary: bool = False
    authority: str = "municipality"
    weight: int = 2


_B, _C, _S, _V, _R, _W = (
    "building_works", "classified_activity", "subdivision", "vegetation_change", "retail",
    "road_change",
)  # fmt: skip
_ROW, _FREE, _ANY = ("terrace",), ("detached", "semi"), ("terrace", "semi", "detached")
_LAND, _FARM, _WORKS, _SHOP = ("land",), ("farm",), ("hall",), ("shop", "core")

SUBJECTS: tuple[Subject, ...] = (
    Subject("Verbouwen van een eengezinswoning", _B, _ANY, weight=9),
    Subject("Verbouwen en uitbreiden van een rijwoning", _B, _ROW, weight=6),
    Subject("Uitbreiden van een eengezinswoning met een keuken", _B, _ANY, weight=3),
    Subject("Plaatsen van een dakkapel aan de voorzijde", _B, _ROW),
    Subject("Plaatsen van zonnepanelen en vernieuwen van het dak", _B, _ROW),
    Subject("Nieuwe gevelopening in de voorgevel", _B, _ROW),
    Subject("Isoleren van de voorgevel met gevelsteen", _B, _ROW),
    Subject("Omvormen van een handelspand tot woning", _B, ("core",), ordinary=True),
    Subject("Omvormen van een woning tot twee woongelegenheden", _B, _ROW, ordinary=True, weight=3),
    Subject(
        "Slopen van een woning en bouwen van een meergezinswoning met zes appartementen",
        _B,
        ("core",),
        ordinary=True,
        weight=3,
    ),
    Subject("Bouwen van een meergezinswoning met vier appartementen", _B, ("core",), ordinary=True),
    Subject("Inrichten van een studio boven een winkel", _B, ("core",)),
    Subject(
        "Nieuwbouw van een eengezinswoning in open bebouwing", _B, ("vacant", "detached"), weight=7
    ),
    Subject("Nieuwbouw van een halfopen eengezinswoning", _B, ("vacant", "semi"), weight=4),
    Subject(
        "Slopen van een bestaande woning en nieuwbouw van een eengezinswoning",
        _B,
        _ANY,
        ordinary=True,
        weight=4,
    ),
    Subject("Plaatsen van een tuinberging", _B, _ANY, weight=4),
    Subject("Plaatsen van een carport", _B, _FREE, weight=3),
    Subject("Bouwen van een garage in de tuin", _B, _FREE, weight=2),
    Subject("Aanleggen van een zwembad met terras", _B, ("detached",), weight=3),
    Subject("Plaatsen van een overdekt terras", _B, _FREE),
    Subject("Bouwen van een veranda", _B, _ANY),
    Subject("Oprichten van een poolhouse", _B, ("detached",)),
    Subject("Inrichten van een zorgwoning in een bestaand bijgebouw", _B, _FREE),
    Subject("Regulariseren van een tuinhuis en verharding", _B, _FREE, ordinary=True),
    Subject("Regulariseren van een bijgebouw", _B, _ANY, ordinary=True),
    Subject("Aanleggen van een oprit en twee parkeerplaatsen", _B, _FREE),
    Subject("Plaatsen van een tuinmuur op de perceelsgrens", _B, _ANY, ordinary=True),
    Subject("Wijzigen van het reliëf van de achtertuin", _B, ("detached",), ordinary=True),
    Subject("Plaatsen van een warmtepomp en geothermische boringen", f"{_B},{_C}", _FREE),
    Subject("Vellen van twee bomen", _V, _FREE, weight=3),
    Subject("Vellen van een zieke beuk in de voortuin", _V, ("detached",)),
    Subject("Vellen van een rij populieren", _V, _LAND, weight=2),
    Subject("Ontbossen van een strook voor de verbreding van een sloot", f"{_B},{_V}", _LAND, True),
    Subject("Rooien en heraanplanten van een haag", _V, _LAND),
    Subject("Aanleggen van een poel", f"{_B},{_V}", _LAND),
    Subject(
        "Herstel van de oevers van de Zandbeek", f"{_B},{_V}", ("stream",), authority="province"
    ),
    Subject("Plaatsen van een schuilhok voor weidedieren", _B, _LAND, weight=2),
    Subject("Bouwen van een paardenstal met buitenpiste", _B, _LAND, ordinary=True),
    Subject(
        "Uitbreiden van een melkveebedrijf met een loods en een sleufsilo",
        f"{_B},{_C}",
        _FARM,
        ordinary=True,
        weight=4,
    ),
    Subject(
        "Hernieuwen van de vergunning van een gemengd landbouwbedrijf", _C, _FARM, True, weight=3
    ),
    Subject("Bouwen van een mestvaalt en een opslagplaats voor voeder", f"{_B},{_C}", _FARM, True),
    Subject("Verbouwen van een hoeve tot vakantiewoningen", _B, _FARM, ordinary=True),
    Subject("Exploiteren van een grondwaterwinning voor beregening", _C, _FARM, ordinary=True),
    Subject(
        "Bouwen van een bedrijfshal met kantoren", f"{_B},{_C}", _WORKS, ordinary=True, weight=3
    ),
    Subject("Uitbreiden van een opslagplaats", _B, _WORKS, weight=2),
    Subject("Exploiteren van een schrijnwerkerij", _C, _WORKS, ordinary=True),
    Subject("Exploiteren van een carrosseriebedrijf", _C, _WORKS, ordinary=True),
    Subject("Verder exploiteren van een betoncentrale", _C, _WORKS, True, "province"),
    Subject(
        "Exploiteren van een inrichting voor de opslag van afvalstoffen",
        _C,
        _WORKS,
        True,
        "province",
    ),
    Subject("Plaatsen van een hoogspanningscabine", _B, _WORKS),
    Subject("Plaatsen van publiciteit aan een handelspand", _B, _SHOP, weight=2),
    Subject("Vernieuwen van de winkelpui", _B, ("core",), weight=2),
    Subject(
        "Uitbreiden van een supermarkt met parking",
        f"{_B},{_R}",
        ("shop",),
        ordinary=True,
        weight=2,
    ),
    Subject("Openen van een winkel in huishoudtoestellen", _R, ("shop",), ordinary=True),
    Subject("Wijzigen van het assortiment van een handelszaak", _R, _SHOP, ordinary=True),
    Subject("Inrichten van een bakkerij met verbruiksruimte", f"{_B},{_C}", ("core",)),
    Subject("Aanleggen van een terras bij een café", _B, ("core",)),
    Subject("Verkavelen van een grond in vier loten voor woningbouw", _S, _LAND, True, weight=3),
    Subject("Verkavelen van een grond in twee loten", _S, ("detached", "vacant"), True, weight=3),
    Subject("Bijstellen van een verkaveling: wijzigen van de bouwzone", _S, ("detached",), True),
    Subject("Verkavelen van een grond in twaalf loten met wegenaanleg", f"{_S},{_W}", _LAND, True),
    Subject("Aanleggen van een fietspad en heraanleg van de rijweg", f"{_B},{_W}", _LAND, True),
    Subject("Verbouwen van het schoolgebouw", _B, ("school",), ordinary=True),
    Subject("Restaureren van de kerktoren", _B, ("church",), authority="region"),
    Subject("Vernieuwen van de verlichting van het sportterrein", _B, ("sports",)),
    Subject("Plaatsen van een zendmast van 36 meter", _B, _LAND, True, "region"),
)

NOTIFICATION_SUBJECTS: tuple[Subject, ...] = (
    Subject("Exploiteren van een bronbemaling bij bouwwerken", _C, _ANY, weight=5),
    Subject("Opslag van stookolie in een bovengrondse houder", _C, _ANY, weight=2),
    Subject("Exploiteren van een frituur met koelinstallaties", _C, ("core",)),
    Subject("Exploiteren van een slagerij met werkplaats", _C, ("core",)),
    Subject("Lozen van bemalingswater in een gracht", _C, ("land",)),
    Subject("Plaatsen van een airco-installatie", _C, ("hall", "shop"), weight=2),
    Subject("Tijdelijke opslag van uitgegraven grond", _C, ("hall", "land")),
    Subject("Houden van tien paarden", _C, ("farm", "land"), weight=2),
    Subject("Melding van een zorgwoning", _B, _FREE, weight=3),
    Subject("Afbreken van een vrijstaand bijgebouw", _B, _FREE, weight=2),
    Subject("Exploiteren van een kapsalon", _C, ("core", "terrace")),
)  # fmt: skip
