"""Maps and map tiles of the aerial photos (OGC API Maps, OGC 20-058; Tiles, OGC 20-057)."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from starlette.responses import Response

from geoloket import crs
from geoloket.access import Role
from geoloket.audit import AuditLog
from geoloket.errors import NotFound
from geoloket.layer import Layer
from geoloket.query import Box
from geoloket.rasters import LAYER, key_of
from geoloket.storage import Storage
from ogc import state
from ogc.rasters import asking, sheets
from ogc.rasters.asking import MAP, PICTURES, SELECTING, Choice, Picture
from ogc.rasters.sheets import Sheet, Sheets
from ogc.rasters.studio import Studio
from ogc.service import Service
from ogc.state import Seen
from ogc.tiles import scheme_of
from ogc.visit import Visit


@dataclass(frozen=True, slots=True)
class Photos:
    """What this room keeps for photos, one for a service."""

    sheets: Sheets
    studio: Studio
    storage: Storage
    audit: AuditLog
    native: crs.Crs

    @classmethod
    def over(cls, service: Service) -> Photos:
        """Made when it is first asked for."""
        known = _made.get(service)
        if known is None:
            settings = service.hall.settings
            known = _made[service] = cls(
                Sheets(service.store, settings.storage_srid),
                Studio(settings.limits.pictures, settings.storage_srid),
                Storage(settings.home / "storage"),
                AuditLog(service.hall.database),
                crs.of_srid(settings.storage_srid),
            )
        return known

    def files(self, found: Sequence[Sheet]) -> list[Path]:
        """Files of photos; one that is not there is left out, as before it was taken in."""
        keys = (key_of(one.checksum) for one in found)
        return [self.storage.path(key) for key in keys if self.storage.exists(key)]


_made: WeakKeyDictionary[Service, Photos] = WeakKeyDictionary()


def photo_layer(visit: Visit) -> Layer:
    """The layer of photos as this person sees it. Raises NotFound."""
    layer = visit.service.layer(LAYER, visit.who)
    if layer is None or layer.geometry is None:
        raise NotFound("There are no aerial photos.")
    return layer


_FLANDERS: Final = (2.54, 50.68, 5.92, 51.51)


async def whole(visit: Visit, seen: Seen) -> Box:
    """The box around all photos, in CRS84; where there are none yet, that in which they will be."""
    return await visit.service.memory.extent(seen) or _FLANDERS


async def map_of(visit: Visit) -> Response:
    """``/collections/orthophotos/map``."""
    layer = photo_layer(visit)
    chosen = visit.ask(PICTURES, MAP)
    choice, photos = asking.choice(visit.given), Photos.over(visit.service)
    seen = await visit.seen(layer)
    asked = asking.picture(visit.given, chosen, await whole(visit, seen), photos.native)
    answer = await _answer(visit, seen, choice, asked)
    answer.headers["content-crs"] = f"<{_uri(asked.srid)}>"
    answer.headers["content-bbox"] = ",".join(f"{side:.9g}" for side in asked.box)
    return answer


async def tile(visit: Visit) -> Response:
    """``/collections/orthophotos/map/tiles/{scheme}/{z}/{y}/{x}``; 204 where there is no photo."""
    layer = photo_layer(visit)
    chosen = visit.ask(PICTURES, SELECTING)
    choice, look = asking.choice(visit.given), asking.look(visit.given)
    scheme, path = scheme_of(visit), visit.request.path_params
    frame = scheme.frame(*scheme.place(path["matrix"], path["row"], path["column"]))
    asked = Picture(frame.srid, frame.box, 256, 256, chosen.name, look, sparse=True)
    return await _answer(visit, await visit.seen(layer), choice, asked)


async def _answer(visit: Visit, seen: Seen, choice: Choice, asked: Picture) -> Response:
    photos, who = Photos.over(visit.service), visit.who
    headers = {
        "content-type": visit.chosen.media_type,
        "vary": "Accept",
        **state.validators([seen], repr((choice, asked)), weak=False),
    }
    if unchanged := state.not_modified(visit.request, headers):
        return unchanged
    await photos.audit.saw(who, "tile", seen.layer, [f"{asked.srid}:{asked.box}"])
    near = asking.turned(asked.box, asked.srid, photos.native.srid)
    found = photos.files(sheets.chosen(await photos.sheets.of(seen), choice, near))

    def make() -> Coroutine[Any, Any, bytes | None]:
        return photos.studio.picture(found, asked)

    if asked.sparse and not found:
        body = None
    elif who.role is Role.VISITOR:
        made = await visit.service.tiles.get((seen.key, choice, asked), _as_bytes(make))
        body = made or None
    else:
        body = await make()
    visit.may_be_kept([seen], headers)
    return Response(body or b"", 200 if body else 204, headers)


def _as_bytes(make: Any) -> Any:
    async def made() -> bytes:
        return await make() or b""

    return made


def _uri(srid: int) -> str:
    return crs.CRS84 if srid == 4326 else crs.of_srid(srid).uri
