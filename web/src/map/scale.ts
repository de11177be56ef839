/** The scale bar: a round length that fits, and its words. */

export interface Scale {
  readonly text: string;
  readonly pixels: number;
}

/** The largest 1, 2 or 5 × 10ⁿ metres that fit in `room` pixels. */
export function scale(metresPerPixel: number, room: number): Scale {
  const most = metresPerPixel * room;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= most) ?? power;
  const text = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  return { text, pixels: metres / metresPerPixel };
}
