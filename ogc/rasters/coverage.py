"""A part of a photo as GeoTIFF, with all its bands as they were measured (OGC 19-087)."""

from __future__ import annotations

from starlette.responses import Response

from ogc import state
from ogc.rasters import asking, maps, sheets
from ogc.rasters.asking import COVERAGE, GEOTIFF
from ogc.visit import Visit


async def coverage(visit: Visit) -> Response:
    """``/collections/orthophotos/coverage``: of one year, the newest that is there."""
    layer = maps.photo_layer(visit)
    visit.ask((GEOTIFF,), COVERAGE)
    choice, photos = asking.choice(visit.given), maps.Photos.over(visit.service)
    seen = await visit.seen(layer)
    box = await maps.whole(visit, seen)
    asking.scale(visit.given)  # what cannot be is refused, also where no photo is
    system, part = asking.area(visit.given, box, photos.native)
    known = await photos.sheets.of(seen)
    if not known:
        return Response(status_code=204)
    near = sheets.chosen(known, choice, asking.turned(part, system.srid, photos.native.srid))
    if not near:
        return Response(status_code=204)
    found = [one for one in near if one.year == near[0].year]
    asked = asking.grid(visit.given, system, part, photos.native, found[0].resolution)
    headers = {
        "content-type": GEOTIFF.media_type,
        "content-crs": f"<{system.uri}>",
        "content-disposition": f'attachment; filename="{layer.id}-{found[0].year}.tif"',
        "vary": "Accept",
        **state.validators([seen], repr((choice, asked)), weak=False),
    }
    if unchanged := state.not_modified(visit.request, headers):
        return unchanged
    ids = [one.id for one in found]
    await photos.audit.saw(visit.who, "export", layer, ids)
    files = photos.files(found)
    if not files:
        return Response(status_code=204)
    return Response(await photos.studio.coverage(files, asked), headers=headers)
