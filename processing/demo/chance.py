"""Chance that repeats: every maker has its own stream, so that one more house moves no tree."""

import math
from random import Random

import numpy as np
import numpy.typing as npt


def stream(seed: int, name: str) -> Random:
    """A source of chance for one purpose; the same seed and name give the same row of draws."""
    return Random(f"zandwijk:{seed}:{name}")  # noqa: S311 - invented scenery, nothing to guard


class Drift:
    """A slow, smooth wandering between -1 and 1 along a distance in metres."""

    def __init__(self, chance: Random, wavelength: float) -> None:
        self._waves = [
            (2 * math.pi / (wavelength * chance.uniform(0.6, 1.7)), chance.uniform(0, 2 * math.pi))
            for _ in range(3)
        ]

    def at(self, distance: float) -> float:
        return sum(math.sin(k * distance + phase) for k, phase in self._waves) / len(self._waves)

    def along(self, distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The same for many distances at once."""
        waves = [np.sin(k * distances + phase) for k, phase in self._waves]
        return np.asarray(sum(waves) / len(waves), dtype=np.float64)
