"""Sky, clouds and what stands on the horizon."""

import math

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, U8
from processing.demo.pictures.campaigns import Campaign
from processing.demo.pictures.faces import Light
from processing.demo.pictures.textures import as_bytes, generator, noise


def light_of(campaign: Campaign) -> Light:
    """Warm sun, bluish shade; clouds take from the one and give to the other."""
    low = max(0.0, 1 - math.sin(campaign.sun.elevation) * 1.6)
    sun = np.array((0.86, 0.82 - 0.06 * low, 0.74 - 0.16 * low), dtype=np.float32)
    sky = np.array((0.50, 0.54, 0.61), dtype=np.float32)
    share = np.float32(1 - 0.55 * campaign.clouds)
    grey = np.array((0.16, 0.155, 0.15), dtype=np.float32) * np.float32(campaign.clouds)
    return Light(sky + grey, sun * share, campaign.sun.direction)


def sky_of(campaign: Campaign, width: int) -> U8:
    """The whole sphere with north in the middle; below the horizon it is not used."""
    height = width // 2
    chance = generator("sky", campaign.year)
    elevation = (math.pi / 2 - (np.arange(height, dtype=np.float32) + 0.5) / height * math.pi)[
        :, None
    ]
    azimuth = (((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5) * 2 * math.pi)[None, :]
    up = np.clip(np.sin(elevation), 0, 1)
    horizon = np.array((214, 224, 232), dtype=np.float32)
    zenith = np.array((84, 134, 196), dtype=np.float32)
    share = (up**0.55)[..., None]
    sphere = horizon * (1 - share) + zenith * share + np.zeros((1, width, 1), dtype=np.float32)
    sphere = _clouded(sphere, campaign, chance, elevation, azimuth)
    sphere += _glow(campaign, elevation, azimuth)
    _horizon_line(sphere, campaign, chance)
    return as_bytes(sphere)


def _clouded(
    sphere: F32, campaign: Campaign, chance: np.random.Generator, elevation: F32, azimuth: F32
) -> F32:
    """Clouds on a flat layer overhead, so that they crowd together towards the horizon."""
    layer = noise(chance, 1024, 1024, 150, 7)
    up = np.clip(np.sin(elevation), 0, 1)
    away = np.cos(elevation) / (up + 0.13)
    x = (512 + 230 * away * np.sin(azimuth)).astype(np.float32)
    y = (512 + 230 * away * np.cos(azimuth)).astype(np.float32)
    density = np.asarray(cv2.remap(layer, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
    edge = 0.75 - 1.5 * campaign.clouds
    cover = np.clip((density - edge) / 0.9, 0, 1) ** 0.8 * np.clip(up * 9, 0, 1)
    under = np.clip((density - edge - 0.35) / 1.4, 0, 1)[..., None]
    white = np.array((250, 250, 250), dtype=np.float32)
    grey = np.array((168, 174, 184), dtype=np.float32)
    cloud = white * (1 - under) + grey * under
    return sphere * (1 - cover[..., None]) + cloud * cover[..., None]


def _glow(campaign: Campaign, elevation: F32, azimuth: F32) -> F32:
    sun = campaign.sun
    near = np.sin(elevation) * math.sin(sun.elevation) + np.cos(elevation) * math.cos(
        sun.elevation
    ) * np.cos(azimuth - sun.azimuth)
    near = np.clip(near, 0, 1)
    strength = 1 - 0.7 * campaign.clouds
    glow = 70 * near**24 + 130 * near**400 + 400 * near**6000
    return (glow * strength)[..., None] * np.array((1, 0.96, 0.86), dtype=np.float32)


def _horizon_line(sphere: F32, campaign: Campaign, chance: np.random.Generator) -> None:
    """Far trees, and roofs between them, in the haze."""
    height, width = sphere.shape[:2]
    bumps = noise(chance, 1, width, width / 26, 5)[0]
    rows: F32 = np.arange(height, dtype=np.float32)[:, None]
    middle = height / 2
    tall = height / 180 * np.clip(1.7 + 0.9 * bumps, 0.5, 4)
    hidden = (rows > middle - tall) & (rows <= middle + 6)
    colour = (112, 116, 106) if campaign.bare else (104, 124, 100)
    haze = np.array((176, 190, 200), dtype=np.float32)
    sphere[hidden] = np.array(colour, dtype=np.float32) * 0.55 + haze * 0.45
