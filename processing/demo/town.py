"""Zandwijk, complete: every layer as a table, the permit histories and the facts of the site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd

from processing.demo import tables
from processing.demo.addressing import Address, number_houses
from processing.demo.blocks import Ground, survey
from processing.demo.cadastre import Capakey, register
from processing.demo.chance import stream
from processing.demo.gatherings import plan_events
from processing.demo.houses import Building, build_on, pair_up
from processing.demo.inspections import inspect
from processing.demo.land import Plot, parcel_out
from processing.demo.landmarks import landmarks, town_hall
from processing.demo.occupations import occupy
from processing.demo.permits import PermitFile, file_permits
from processing.demo.plan_country import COUNTRY
from processing.demo.plan_town import TOWN
from processing.demo.residence import check_residences
from processing.demo.scenery import greens, waters
from processing.demo.streets import Street, lay_out
from processing.demo.surfaces import paved

type Table = gpd.GeoDataFrame
"""Columns as the layer's fields, plus `id` and `geom` (EPSG:31370, on the centimetre)."""

SEED = 20260101
SHOWPIECE = Capakey("99001", "A", 123, 0, "B", 0)
"""The parcel of Kerkstraat 12, which the manual and the tests visit."""


@dataclass(frozen=True, slots=True)
class Town:
    """What `build` makes: layers by id, rows of `permit_events`, and site facts by key."""

    layers: Mapping[str, Table]
    permit_events: list[dict[str, Any]]
    site: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fabric:
    """The town as it stands, without paper: streets, ground, plots, buildings, addresses, keys."""

    streets: list[Street]
    ground: Ground
    plots: list[Plot]
    buildings: list[Building]
    addresses: list[Address]
    keys: list[Capakey]


def build(seed: int, today: date) -> Town:
    """The whole invented municipality: the same seed and day give the same town, every vertex."""
    fabric = raise_town(seed)
    permits = file_permits(seed, today, fabric.plots, fabric.keys, fabric.addresses)
    gatherings = plan_events(seed, today, fabric.streets, fabric.ground)
    layers = {
        "municipalities": tables.municipalities(fabric.ground),
        "parcels": tables.parcels(seed, today, fabric.plots, fabric.keys),
        "addresses": tables.addresses(fabric.addresses),
        "streets": tables.streets(fabric.streets, fabric.ground),
        "roads": tables.roads(paved(fabric.ground, fabric.streets)),
        "buildings": tables.buildings(fabric.buildings),
        "water": tables.patches(waters(seed, fabric.ground, fabric.plots), "w"),
        "green": tables.patches(greens(seed, fabric.ground, fabric.plots, fabric.streets), "g"),
        "permits": tables.permits(permits),
        "events": tables.events(gatherings),
        "occupations": tables.occupations(occupy(today, fabric.streets, gatherings)),
        "housing_inspections": tables.inspections(
            inspect(seed, today, fabric.addresses), _ids(fabric.addresses)
        ),
        "residence_checks": tables.residence_checks(
            check_residences(seed, today, fabric.addresses), _ids(fabric.addresses)
        ),
    }
    return Town(layers, _event_rows(permits), tables.site())


def raise_town(seed: int) -> Fabric:
    streets = lay_out(seed, (*TOWN, *COUNTRY))
    ground = survey(seed, streets)
    plots = parcel_out(seed, ground, streets)
    buildings = _build_up(seed, plots)
    addresses = number_houses(seed, plots, buildings)
    showpiece = next(
        a.plot
        for a in addresses
        if (a.street, a.number, a.settlement.postcode) == ("Kerkstraat", "12", "9999")
    )
    keys = register(seed, ground, plots, (showpiece, SHOWPIECE))
    return Fabric(streets, ground, plots, buildings, addresses, keys)


def _build_up(seed: int, plots: list[Plot]) -> list[Building]:
    chance = stream(seed, "houses")
    pair_up(plot.lot for plot in plots if plot.lot)
    buildings = [building for plot in plots for building in build_on(plot, chance)]
    town_hall(buildings)
    return buildings + landmarks(plots)


def _ids(addresses: list[Address]) -> Callable[[Address], str]:
    ids = {id(address): str(tables.FIRST_ADDRESS + i) for i, address in enumerate(addresses)}
    return lambda address: ids[id(address)]


def _event_rows(permits: list[PermitFile]) -> list[dict[str, Any]]:
    return [
        {
            "permit_id": permit.file_number, "seq": seq, "code": step.code, "happened_on": step.on,
            "source": step.source, "extension_days": step.extension_days,
        }
        for permit in permits
        for seq, step in enumerate(permit.history, start=1)
    ]  # fmt: skip
