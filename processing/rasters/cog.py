"""A GeoTIFF of any make as a cloud-optimised one in the CRS of storage, with its bands named.

GDAL copies from file to file; what must be said otherwise (bands, mask, no "nodata") is said in a
VRT, a description in XML, so that no photo is ever whole in memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from pyproj import CRS
from rasterio.enums import MaskFlags, Resampling

from processing.context import Rejected, Transient
from processing.rasters.bands import Bands
from processing.rasters.gdal import GdalError, WarpedVRT, copy, environment, open_raster
from processing.rasters.outside import Outside, write_mask

CREATION: Final = {
    "driver": "COG",
    "compress": "DEFLATE",
    "predictor": "YES",
    "blocksize": "256",
    "overview_resampling": "AVERAGE",
    "bigtiff": "IF_SAFER",
    "num_threads": "2",
}
"""Without loss: what is measured must be what was flown. Blocks of 256: a tile reads few."""

_COLOURS: Final = {"red": "Red", "green": "Green", "blue": "Blue", "grey": "Gray", "nir": "NIR"}


def write(path: Path, bands: Bands, srid: int, target: Path, folder: Path) -> Outside | None:
    """Write the COG; what lay outside the photo, where its nodata had to be looked at.

    Raises Rejected when the file does not say where it is.
    """
    described, outside = _described(path, bands, folder / "described.vrt")
    if not _is_upright(path, srid):
        described, _ = _described(_turned(described, srid, folder), bands, folder / "turned.vrt")
    with environment(GDAL_TIFF_INTERNAL_MASK=True, GDAL_CACHEMAX=512):
        _copied(described, target, **CREATION)
    return outside


def _copied(source: Any, target: Path, **how: str) -> None:
    """Raises Rejected for a source that breaks off, Transient when there is no room."""
    try:
        copy(source, target, **how)
    except GdalError as error:  # rasterio passes on what GDAL says while it copies
        if "space" in str(error).lower():
            raise Transient("there is no room on the disk") from None
        raise Rejected(f"cannot be read to its end ({str(error)[:200]})") from None


def _is_upright(path: Path, srid: int) -> bool:
    """Whether it is north up in that CRS. Raises Rejected."""
    with open_raster(path) as source:
        if source.crs is None:
            raise Rejected("says no coordinate system; give it one, such as EPSG:31370")
        if source.transform.is_identity:
            raise Rejected("has a coordinate system and no place in it (no geotransform)")
        known = CRS.from_user_input(source.crs).to_epsg(min_confidence=60)
        turn = source.transform
        return known == srid and turn.b == turn.d == 0 and turn.e < 0


def _turned(described: Path, srid: int, folder: Path) -> Path:
    """The same in another CRS, with what lies outside as its last band (alpha)."""
    target = folder / "turned.tif"
    with (
        open_raster(described) as source,
        WarpedVRT(
            source, crs=f"EPSG:{srid}", resampling=Resampling.cubic, add_alpha=True,
            warp_mem_limit=256,
        ) as warped,
    ):  # fmt: skip
        _copied(warped, target, driver="GTiff", tiled="YES", compress="ZSTD", bigtiff="IF_SAFER")
    return target


def _described(path: Path, bands: Bands, target: Path) -> tuple[Path, Outside | None]:
    """A VRT over the file with its bands named, its mask, and no nodata."""
    outside: Outside | None = None
    with open_raster(path) as source:
        mask: tuple[Path, str] | None = None
        flags = source.mask_flag_enums[0]
        if source.count > len(bands.shown):  # transparency, delivered so or made by turning
            number = bands.names.index("alpha") if "alpha" in bands.names else len(bands.names)
            mask = (path, str(number + 1))
        elif MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags:
            mask = (path, "mask,1")
        elif source.nodata is not None:
            edge = target.with_suffix(".mask.tif")
            outside = write_mask(source, source.nodata, edge)
            mask = (edge, "1") if outside.outside else None
        target.write_text(_vrt(source, path, bands, mask), encoding="utf-8")
    return target, outside


def _vrt(source: Any, path: Path, bands: Bands, mask: tuple[Path, str] | None) -> str:
    """The same pixels with names, without nodata, and with the mask."""
    parts = [
        f'<VRTDataset rasterXSize="{source.width}" rasterYSize="{source.height}">',
        f"<SRS>{escape(source.crs.to_wkt())}</SRS>" if source.crs else "",
        f"<GeoTransform>{','.join(map(repr, source.transform.to_gdal()))}</GeoTransform>",
    ]
    for number, name in enumerate(bands.shown, start=1):
        parts += [
            f'<VRTRasterBand dataType="Byte" band="{number}">',
            f"<Description>{name}</Description><ColorInterp>{_COLOURS[name]}</ColorInterp>",
            _source(path, str(bands.names.index(name) + 1)),
            "</VRTRasterBand>",
        ]
    if mask:
        band = _source(*mask)
        parts.append(f'<MaskBand><VRTRasterBand dataType="Byte">{band}</VRTRasterBand></MaskBand>')
    return "".join((*parts, "</VRTDataset>"))


def _source(path: Path, band: str) -> str:
    name = escape(str(path.absolute()))
    return (
        f'<SimpleSource><SourceFilename relativeToVRT="0">{name}</SourceFilename>'
        f"<SourceBand>{band}</SourceBand></SimpleSource>"
    )
