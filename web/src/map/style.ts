/** The MapLibre style subset that layer folders may use, evaluated for one feature. See geoloket/style.py. */

export type Properties = Readonly<Record<string, unknown>>;
export type Expression = unknown;

/** Where an instruction may say it otherwise: in strong colours, or over a background from elsewhere. */
export type Variant = "contrast" | "over";

export interface Instruction {
  readonly id: string;
  readonly type: "fill" | "line" | "circle" | "symbol";
  readonly "source-layer": string;
  readonly minzoom?: number;
  readonly maxzoom?: number;
  readonly filter?: Expression;
  readonly layout?: Readonly<Record<string, Expression>>;
  readonly paint?: Readonly<Record<string, Expression>>;
  readonly metadata?: Readonly<Partial<Record<Variant, Readonly<Record<string, Expression>>>>>;
}

const operators = new Set(["get", "zoom", "==", "match", "case", "step", "interpolate", "linear"]);

/** The value of an expression; a list that does not begin with an operator is a literal. */
export function evaluate(expression: Expression, properties: Properties, zoom: number): unknown {
  if (!Array.isArray(expression) || !operators.has(expression[0] as string)) return expression;
  const [operator, ...args] = expression as [string, ...unknown[]];
  const value = (part: unknown): unknown => evaluate(part, properties, zoom);
  switch (operator) {
    case "get":
      return properties[args[0] as string];
    case "zoom":
      return zoom;
    case "==":
      return value(args[0]) === value(args[1]);
    case "match":
      return match(value(args[0]), args.slice(1), value);
    case "case":
      return choose(args, (condition) => Boolean(value(condition)), value);
    case "step":
      return step(value(args[0]) as number, args.slice(1), value);
    default:
      return interpolate(value(args[1]) as number, args.slice(2), value);
  }
}

type Value = (part: unknown) => unknown;

function match(subject: unknown, arms: unknown[], value: Value): unknown {
  const fits = (label: unknown): boolean =>
    Array.isArray(label) ? label.includes(subject) : label === subject;
  return choose(arms, fits, value);
}

function choose(arms: unknown[], fits: (arm: unknown) => boolean, value: Value): unknown {
  for (let i = 0; i + 1 < arms.length; i += 2) if (fits(arms[i])) return value(arms[i + 1]);
  return value(arms.at(-1));
}

function step(at: number, arms: unknown[], value: Value): unknown {
  let answer = arms[0];
  for (let i = 1; i < arms.length && at >= (arms[i] as number); i += 2) answer = arms[i + 1];
  return value(answer);
}

function interpolate(at: number, arms: unknown[], value: Value): unknown {
  let i = 0;
  while (i < arms.length && at >= (arms[i] as number)) i += 2;
  if (i === 0) return value(arms[1]);
  if (i >= arms.length) return value(arms.at(-1));
  const [low, high] = [arms[i - 2] as number, arms[i] as number];
  const [start, end] = [value(arms[i - 1]) as number, value(arms[i + 1]) as number];
  return start + ((end - start) * (at - low)) / (high - low);
}

/** Whether a feature is drawn by an instruction at a zoom. */
export function shows(it: Instruction, properties: Properties, zoom: number): boolean {
  if (zoom < (it.minzoom ?? 0) || zoom >= (it.maxzoom ?? 24)) return false;
  return it.filter === undefined || Boolean(evaluate(it.filter, properties, zoom));
}

/** The value of a paint or layout property, in a variant where that has its own. */
export function property<T>(
  it: Instruction,
  key: string,
  feature: Properties,
  zoom: number,
  fallback: T,
  variant: Variant | null,
): T {
  const varied = variant ? it.metadata?.[variant]?.[key] : undefined;
  const expression = varied ?? it.paint?.[key] ?? it.layout?.[key];
  return expression === undefined ? fallback : ((evaluate(expression, feature, zoom) ?? fallback) as T);
}
