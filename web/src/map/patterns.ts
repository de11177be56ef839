/** Canvas patterns for areas: the same tiles of 8 by 8 as geoloket/drawing.py writes in SVG. */

type Draw = (context: CanvasRenderingContext2D) => void;

const stroke = (width: number, ...lines: [number, number, number, number][]): Draw => {
  return (context) => {
    context.lineWidth = width;
    context.beginPath();
    for (const [x1, y1, x2, y2] of lines) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  };
};

const tiles: Readonly<Record<string, Draw>> = {
  dots: (context) => {
    for (const at of [2, 6]) {
      context.beginPath();
      context.arc(at, at, 1.1, 0, 7);
      context.fill();
    }
  },
  hatch: stroke(1.8, [-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]),
  cross: stroke(1, [0, 0, 8, 8], [8, 0, 0, 8]),
  lines: stroke(1.4, [0, 2, 8, 2], [0, 6, 8, 6]),
};

const made = new Map<string, CanvasPattern | null>();

/** The pattern in an ink, or null for a name that we do not have. */
export function pattern(name: string, ink: string, pixelRatio: number): CanvasPattern | null {
  const key = `${name} ${ink} ${pixelRatio}`;
  let found = made.get(key);
  if (found === undefined) {
    found = draw(tiles[name], ink, pixelRatio);
    made.set(key, found);
  }
  return found;
}

function draw(tile: Draw | undefined, ink: string, pixelRatio: number): CanvasPattern | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(8 * pixelRatio);
  const context = canvas.getContext("2d");
  if (!tile || !context) return null;
  context.scale(canvas.width / 8, canvas.height / 8);
  context.strokeStyle = context.fillStyle = ink;
  tile(context);
  return context.createPattern(canvas, "repeat");
}
