/** One measured figure: a ratio (or a size or time) against its target in DESIGN's table of speeds. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What is aimed at, as text: `<= 1.05`. */
  readonly target: string;
  readonly holds: boolean;
}

/** Makes a row whose target is an upper bound. */
export function atMost(name: string, value: number, unit: string, limit: number): BenchRow {
  return { name, value, unit, target: `<= ${limit}`, holds: value <= limit };
}

/** Makes a row whose target is a lower bound. */
export function atLeast(name: string, value: number, unit: string, limit: number): BenchRow {
  return { name, value, unit, target: `>= ${limit}`, holds: value >= limit };
}

/** Makes a row without a target: it helps to read the others. */
export function printed(name: string, value: number, unit: string): BenchRow {
  return { name, value, unit, target: 'printed', holds: true };
}
