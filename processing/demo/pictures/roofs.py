"""Roof slopes: tiles, roof lights, solar panels."""

from processing.demo.pictures.arrays import RGB, U8
from processing.demo.pictures.looks import Look
from processing.demo.pictures.textures import Texture, generator, roof_tiles

_SCALE = 0.04
PANEL: RGB = (30, 38, 62)


def slope_texture(look: Look | RGB, width: float, height: float) -> Texture:
    """Plain tiles that repeat for a colour; the slope of one house, with panels, for its look."""
    rows, columns = max(4, round(height / _SCALE)), max(4, round(width / _SCALE))
    if not isinstance(look, Look):
        chance = generator("tiles", look)
        return Texture(roof_tiles(chance, rows, columns, _SCALE, look), _SCALE, wrap=True)
    image = roof_tiles(generator("slope", look.name), rows, columns, _SCALE, look.roof)
    _panels(image)
    return Texture(image, _SCALE)


def _panels(image: U8) -> None:
    """As many panels of 1.7 by 1.05 m as fit, with their seams."""
    high, wide, gap = round(1.7 / _SCALE), round(1.05 / _SCALE), 1
    rows, columns = image.shape[:2]
    for top in range(round(0.7 / _SCALE), rows - high - 8, high + gap):
        for left in range(round(0.8 / _SCALE), columns - wide - 12, wide + gap):
            image[top : top + high, left : left + wide] = PANEL
            image[top : top + high : 7, left : left + wide] = (58, 66, 90)
            image[top : top + high, left] = image[top, left : left + wide] = (150, 154, 160)
