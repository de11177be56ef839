"""From plan to tables: Lambert 72 coordinates on the centimetre, one column per layer field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from processing.demo.addressing import Address
from processing.demo.blocks import GRID, Ground
from processing.demo.cadastre import Capakey
from processing.demo.chance import stream
from processing.demo.gatherings import Gathering
from processing.demo.houses import Building
from processing.demo.inspections import Inspection
from processing.demo.land import Plot
from processing.demo.occupations import Occupation
from processing.demo.permits import PermitFile
from processing.demo.plan import MUNICIPALITY, NIS_CODE, ORIGIN, ZANDWIJK
from processing.demo.residence import Check
from processing.demo.scenery import Patch
from processing.demo.streets import Street
from processing.demo.surfaces import Surface

CRS = 31370
FIRST_ADDRESS = 9_990_001
_CENTER_LON_LAT = [3.2254, 51.2103]

type _Row = dict[str, Any]


def table(rows: Sequence[_Row], shapes: Sequence[BaseGeometry]) -> gpd.GeoDataFrame:
    """A layer's table; the shapes come in plan metres."""
    frame = pd.DataFrame(rows, dtype=object)  # None stays None, and whole numbers whole
    places = gpd.GeoSeries([on_the_map(s) for s in shapes], name="geom", crs=CRS)
    return gpd.GeoDataFrame(frame, geometry=places).rename_geometry("geom")


def on_the_map(shape: BaseGeometry) -> BaseGeometry:
    """Moved from the plan to Lambert 72, rounded to the centimetre."""

    def place(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.round(xy + np.array(ORIGIN), 2)

    return shapely.transform(shape, place)


def multi(shape: BaseGeometry) -> BaseGeometry:
    """The same area as a MultiPolygon; lines and points that came along are left behind."""
    parts = [
        p for p in shapely.get_parts(shape).tolist() if isinstance(p, Polygon) and p.area > 0.01
    ]
    return MultiPolygon(parts)


def municipalities(ground: Ground) -> gpd.GeoDataFrame:
    return table(
        [{"id": NIS_CODE, "nis_code": NIS_CODE, "name": MUNICIPALITY}], [multi(ground.boundary)]
    )


def parcels(
    seed: int, today: date, plots: Sequence[Plot], keys: Sequence[Capakey]
) -> gpd.GeoDataFrame:
    chance = stream(seed, "versions")
    rows: list[_Row] = []
    for i, (plot, key) in enumerate(zip(plots, keys, strict=True)):
        entered = date(2014, 1, 1) + timedelta(days=chance.randrange(3_900))
        version = chance.choice((1, 1, 1, 2, 2, 3, 4))
        changed = entered if version == 1 else entered + timedelta(days=chance.randrange(300))
        rows.append({
            "id": key.dash, "capakey": key.slash, "division": key.division, "section": key.section,
            "parcel_label": key.label, "nis_code": NIS_CODE, "area_m2": round(plot.polygon.area, 2),
            "fiscal_date": date(today.year, 1, 1), "version": version, "valid_from": entered,
            "version_date": changed, "source_object_id": str(9_900_000 + i),
            "source_version_id": str(99_000_000 + 7 * i + version), "maintainer": "AAPD",
            "input_method": "aanmaak uniek percelenplan",
        })  # fmt: skip
    return table(rows, [multi(plot.polygon) for plot in plots])


def addresses(found: Sequence[Address]) -> gpd.GeoDataFrame:
    rows: list[_Row] = [
        {
            "id": str(FIRST_ADDRESS + i), "street_name": a.street, "house_number": a.number,
            "box_number": a.box,
            "postcode": a.settlement.postcode, "postal_name": a.settlement.name,
            "municipality": MUNICIPALITY, "nis_code": NIS_CODE, "status": a.status,
            "officially_assigned": True, "position_method": "aangeduidDoorBeheerder",
            "position_specification": "gebouweenheid" if a.building else "lot",
            "full_address": a.full,
        }
        for i, a in enumerate(found)
    ]  # fmt: skip
    return table(rows, [a.point for a in found])


def streets(laid: Sequence[Street], ground: Ground) -> gpd.GeoDataFrame:
    names = [s.name for s in laid]
    rows: list[_Row] = [
        {
            "id": str(9_980_001 + i), "name": s.name,
            "homonym": (s.settlement.homonym or "ZAN") if names.count(s.name) > 1 else None,
            "road_class": s.road_class, "municipality": MUNICIPALITY, "nis_code": NIS_CODE,
        }
        for i, s in enumerate(laid)
    ]  # fmt: skip
    return table(rows, [_multi_line(s.axis.line.intersection(ground.boundary)) for s in laid])


def _multi_line(shape: BaseGeometry) -> BaseGeometry:
    return shapely.multilinestrings([p for p in shapely.get_parts(shape).tolist() if p.length > 1])


def roads(surfaces: Sequence[Surface]) -> gpd.GeoDataFrame:
    rows: list[_Row] = [
        {"id": f"r{i:04d}", "kind": s.kind} for i, s in enumerate(surfaces, start=1)
    ]
    return table(rows, [multi(s.shape) for s in surfaces])


def buildings(built: Sequence[Building]) -> gpd.GeoDataFrame:
    rows: list[_Row] = [{"id": f"b{i:05d}", "kind": b.kind} for i, b in enumerate(built, start=1)]
    return table(rows, [multi(shapely.set_precision(b.polygon, GRID)) for b in built])


def patches(found: Sequence[Patch], prefix: str) -> gpd.GeoDataFrame:
    rows: list[_Row] = [
        {"id": f"{prefix}{i:04d}", "name": p.name, "kind": p.kind}
        for i, p in enumerate(found, start=1)
    ]
    return table(rows, [multi(p.shape) for p in found])


def permits(files: Sequence[PermitFile]) -> gpd.GeoDataFrame:
    """The files without what is derived from their events."""
    rows: list[_Row] = [
        {
            "id": f.file_number, "file_number": f.file_number,
            "municipal_reference": f.municipal_reference,
            "title": f.subject.title, "project_types": f.subject.types, "procedure": f.procedure,
            "authority": f.subject.authority, "status": None, "status_on": None,
            "submitted_on": f.submitted_on, "inquiry_from": None, "inquiry_until": None,
            "decision_due": None, "decided_on": None, "decision_result": None, "address": f.address,
            "capakeys": ",".join(key.slash for key in f.keys), "nis_code": NIS_CODE,
            "applicant": f.applicant,
        }
        for f in files
    ]  # fmt: skip
    return table(rows, [multi(f.shape) for f in files])


def events(gatherings: Sequence[Gathering]) -> gpd.GeoDataFrame:
    names = (
        "name", "kind", "description", "venue", "starts", "ends", "website", "request_status",
        "publicity", "organiser", "contact", "expected_visitors", "build_up_from", "teardown_until",
    )  # fmt: skip
    rows: list[_Row] = [
        {"id": g.id, **{name: getattr(g, name) for name in names}} for g in gatherings
    ]
    return table(rows, [g.zone for g in gatherings])


def occupations(found: Sequence[Occupation]) -> gpd.GeoDataFrame:
    names = ("kind", "description", "street", "starts", "ends", "effects", "status", "publicity",
             "owner", "reference")  # fmt: skip
    rows: list[_Row] = [
        {
            "id": f"o{i:04d}", **{name: getattr(o, name) for name in names},
            "event_id": o.event.id if o.event else None,
            "source_status": None, "type_id": None, "status_id": None,
        }
        for i, o in enumerate(found, start=1)
    ]  # fmt: skip
    return table(rows, [o.zone for o in found])


_STEPS = ("heard_on", "decided_on", "appealed_on", "ruled_on", "lifted_on")


def inspections(cases: Sequence[Inspection], id_of: Callable[[Address], str]) -> gpd.GeoDataFrame:
    rows: list[_Row] = []
    for case in cases:
        one, two, three = case.defects or (None, None, None)
        rows.append({
            "id": case.case_number, "case_number": case.case_number, "address": case.address.full,
            "address_id": id_of(case.address), "building_unit": case.address.box,
            "neighbourhood": neighbourhood(case.address), "requested_on": case.requested_on,
            "planned_on": case.planned_on, "planned_slot": case.planned_slot,
            "inspected_on": case.inspected_on, "inspector": case.inspector, "scheme": case.scheme,
            "points": case.points, "defects_1": one, "defects_2": two, "defects_3": three,
            "outcome": case.outcome, "status": case.status,
            **{step: case.steps.get(step) for step in _STEPS},
            "certificate_issued_on": case.issued_on, "certificate_valid_until": case.valid_until,
            "certificate_lapsed_on": None, "certificate_lapse": None, "remarks": case.remarks,
        })  # fmt: skip
    return table(rows, [case.address.point for case in cases])


def residence_checks(found: Sequence[Check], id_of: Callable[[Address], str]) -> gpd.GeoDataFrame:
    rows: list[_Row] = [
        {
            "id": check.case_number, "case_number": check.case_number,
            "address_id": id_of(check.address), "declared_on": check.declared_on,
            "preferred_slots": check.preferred_slots, "district": check.district,
            "status": check.status, "result": check.result, "decided_on": check.decided_on,
            "visits": "\n".join(one.line() for one in check.visits) or None,
        }
        for check in found
    ]  # fmt: skip
    return table(rows, [check.address.point for check in found])


def neighbourhood(address: Address) -> str:
    """The part of the municipality where an address lies, as its inhabitants call it."""
    if address.settlement.postcode != "9999":
        return address.settlement.name
    x, y = address.point.x - ZANDWIJK.centre[0], address.point.y - ZANDWIJK.centre[1]
    if x * x + y * y < ZANDWIJK.core**2:
        return "Centrum"
    if y < -350:
        return "Stationswijk"
    return "Zandwijk-Oost" if x > 0 else "Zandwijk-West"


def site() -> Mapping[str, Any]:
    """Facts for every page: what the municipality is called and that it does not exist."""
    return {"name": MUNICIPALITY, "invented": True, "center": _CENTER_LON_LAT}
