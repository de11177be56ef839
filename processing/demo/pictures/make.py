# ruff: noqa: PLR0913, PLR0917 - what is drawn, where to
"""All pictures of the invented municipality as deliveries: a folder per campaign and per flight."""

import json
import math
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import cv2
import rasterio
from rasterio import Affine
from rasterio.enums import ColorInterp

from processing.demo.axis import XY
from processing.demo.chance import stream
from processing.demo.pictures.arrays import U8
from processing.demo.pictures.campaigns import Campaign, driven, flown
from processing.demo.pictures.grid import Grid
from processing.demo.pictures.orthophoto import RESOLUTION, fly
from processing.demo.pictures.panorama import Pose, Stage, jpeg, poses
from processing.demo.pictures.scene import TRACKS, Scene, Track, build_scene
from processing.demo.pictures.standing import Change
from processing.demo.pictures.truth import place, told, true_bearing
from processing.demo.plan import ORIGIN

type Say = Callable[[int, str], None]
"""Told how far it is, from 0 to 100, and what is being done."""

STREET: Final = "straat"
AIR: Final = "lucht"
SUPPLIER: Final = "Beeldmakers Zandwijk (verzonnen)"
LICENCE: Final = "CC0-1.0"
_CAMERA: Final = "Zandwijk 360 (verzonnen)"
_GPS_METRES, _COMPASS_DEGREES = 0.35, 0.8
_SECONDS_BETWEEN = 2.4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn: width of a panorama and metres between two, size of an air cell."""

    width: int = 2048
    step: float = 10.0
    resolution: float = RESOLUTION
    tracks: tuple[Track, ...] = TRACKS


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many pictures there are now, those of an earlier start included."""

    panoramas: int
    photos: int


def campaign_id(year: int) -> str:
    return f"zandwijk-{year}"


def draw(
    folder: Path, seed: int, built_for: date, today: date, wish: Wish | None = None,
    say: Say = lambda progress, message: None,
) -> Drawn:  # fmt: skip
    """Every campaign and flight that is not in the folder yet; a folder is there whole or not."""
    cv2.setNumThreads(1)
    wish = wish or Wish()
    street = [c for c in driven(today) if not (folder / STREET / campaign_id(c.year)).exists()]
    air = [c for c in flown(today) if not (folder / AIR / str(c.year)).exists()]
    if street or air:
        say(0, "Zandwijk opbouwen")
        scene = build_scene(seed, built_for, today)
        work = Work(scene, wish, say, 12 * len(street) + len(air))
        for campaign in street:
            work.drive(campaign, folder / STREET / campaign_id(campaign.year))
        for campaign in air:
            work.fly(campaign, folder / AIR / str(campaign.year))
    return Drawn(
        sum(1 for _ in (folder / STREET).glob("*/*.jpg")),
        sum(1 for _ in (folder / AIR).glob("*/*.tif")),
    )


class Work:
    """Draws one campaign after another and tells how far it is."""

    def __init__(self, scene: Scene, wish: Wish, say: Say, parts: int) -> None:
        self._scene, self._wish, self._say = scene, wish, say
        self._done, self._parts = 0.0, parts

    def drive(self, campaign: Campaign, folder: Path) -> None:
        """Panoramas along all streets, with their sidecar and the truth."""
        rows: list[dict[str, Any]] = []
        truths: dict[str, Any] = {}
        with _whole(folder) as fresh:
            for sequence, track in enumerate(self._wish.tracks, start=1):
                stage = Stage(self._scene, campaign, track, self._wish.width)
                at = list(poses(self._scene, track, campaign, self._wish.step))
                for rank, pose in enumerate(at):
                    self._tell(12 / len(self._wish.tracks) / len(at),
                               f"{track.street} in {campaign.year}")  # fmt: skip
                    file = f"{track.street.lower()}-{rank:03d}.jpg"
                    shot = stage.shoot(pose)
                    (fresh / file).write_bytes(jpeg(shot.picture))
                    rows.append(self._row(campaign, track, pose, (sequence, rank), file))
                    truths[file] = told(stage, pose, shot)
            _write(fresh / "panoramas.json", {"campaign": _told_of(campaign, rows),
                                              "panoramas": rows})  # fmt: skip
            changes = [_change(self._scene, c) for c in self._scene.changes]
            _write(fresh / "truth.json", {
                "campaign": campaign_id(campaign.year), "year": campaign.year,
                "driven_on": campaign.day.isoformat(), "panoramas": truths, "changes": changes,
            })  # fmt: skip

    def fly(self, campaign: Campaign, folder: Path) -> None:
        """The photo of a year, with its sidecar."""
        self._tell(1, f"luchtfoto {campaign.year}")
        with _whole(folder) as fresh:
            grid, bands = fly(self._scene, campaign, self._wish.resolution)
            save_photo(fresh / "orthophoto.tif", grid, bands)
            season = "summer" if campaign.season == "summer" else "winter"
            _write(fresh / "orthophoto.json", {
                "id": f"zandwijk-lucht-{campaign.year}", "year": campaign.year, "season": season,
                "flown_on": campaign.day.isoformat(), "resolution_m": self._wish.resolution,
                "supplier": SUPPLIER, "licence": LICENCE,
                "bands": ["red", "green", "blue", "nir"],
            })  # fmt: skip

    def _tell(self, parts: float, message: str) -> None:
        self._say(min(99, round(100 * self._done / self._parts)), message)
        self._done += parts

    def _row(
        self, campaign: Campaign, track: Track, pose: Pose, order: tuple[int, int], file: str
    ) -> dict[str, Any]:
        """What the car's own instruments say: a little beside where it truly was."""
        sequence, rank = order
        chance = stream(self._scene.seed, f"gps {campaign.year} {track.street} {rank}")
        at: XY = (
            pose.at[0] + chance.gauss(0, _GPS_METRES), pose.at[1] + chance.gauss(0, _GPS_METRES)
        )  # fmt: skip
        lon, lat = place(at)
        error = math.radians(chance.gauss(0, _COMPASS_DEGREES))
        moment = campaign.at + timedelta(
            minutes=25 * (sequence - 1), seconds=_SECONDS_BETWEEN * rank
        )
        return {
            "file": file, "lon": lon, "lat": lat, "elevation_m": None,
            "captured_at": _instant(moment), "heading_deg": true_bearing(at, pose.heading + error),
            "pitch_deg": 0.0, "roll_deg": 0.0,
            "sequence": f"{campaign_id(campaign.year)}-{track.street.lower()}", "rank": rank,
            "camera": _CAMERA,
        }  # fmt: skip


def save_photo(file: Path, grid: Grid, bands: U8) -> None:
    """A GeoTIFF in Lambert 72: red, green, blue and near infrared, none of them transparency."""
    profile: dict[str, Any] = {
        "driver": "GTiff", "width": grid.columns, "height": grid.rows, "count": 4,
        "dtype": "uint8", "crs": "EPSG:31370", "tiled": True, "blockxsize": 512,
        "blockysize": 512, "compress": "deflate", "zlevel": 4, "predictor": 2,
        "photometric": "RGB", "ALPHA": "NO",
         "transform": Affine(grid.scale, 0.0, grid.left + ORIGIN[0],
                            0.0, -grid.scale, grid.top + ORIGIN[1]),
    }  # fmt: skip
    with cast("Any", rasterio).open(file, "w", **profile) as photo:
        photo.colorinterp = (
            ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.undefined,
        )  # fmt: skip
        for band, name in enumerate(("red", "green", "blue", "nir"), start=1):
            photo.write(bands[..., band - 1], band)
            photo.set_band_description(band, name)


def _told_of(campaign: Campaign, rows: list[dict[str, Any]]) -> dict[str, Any]:
    moments = [row["captured_at"] for row in rows]
    year = campaign.year
    return {
        "id": campaign_id(year),
        "title": {"nl": f"Straatbeelden {year}", "en": f"Street pictures {year}"},
        "year": year, "captured_from": min(moments)[:10], "captured_to": max(moments)[:10],
        "supplier": SUPPLIER, "licence": LICENCE, "supplier_blurred": False,
    }  # fmt: skip


def _change(scene: Scene, change: Change) -> dict[str, Any]:
    here = [b.house for b in scene.bodies if b.house.plot == change.plot]
    names = sorted({
        house.building for house in here
        if house.building and change.seen_from in (house.since, house.until)
    })  # fmt: skip
    return {
        "parcel": scene.fabric.keys[change.plot].slash, "buildings": names, "kind": change.kind,
        "seen_from": change.seen_from.isoformat(),
        "completed": change.completed.isoformat() if change.completed else None,
        "permit": change.permit, "title": change.title,
    }  # fmt: skip


class _whole:
    """A folder that gets its name when everything is in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fresh = folder.with_name(f".{folder.name}.new")

    def __enter__(self) -> Path:
        shutil.rmtree(self._fresh, ignore_errors=True)
        self._fresh.mkdir(parents=True)
        return self._fresh

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        if kind is None:
            os.replace(self._fresh, self._folder)
        else:
            shutil.rmtree(self._fresh, ignore_errors=True)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def deliveries(today: date) -> Iterator[str]:
    """The folders of the street campaigns, below the folder that was drawn into."""
    for campaign in driven(today):
        yield f"{STREET}/{campaign_id(campaign.year)}"
