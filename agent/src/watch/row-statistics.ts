import type { NumericData } from '../profile/index.ts';
import { float16FromBits } from '../profile/float16.ts';

/** Fields of a tensor whose rows are too large to be fields themselves. */
export const ROW_STATISTICS = ['norm', 'mean', 'std', 'min', 'max'] as const;

/** Euclidean norm, mean, standard deviation (of the population), min and max of a row. */
export type RowStatistics = readonly [norm: number, mean: number, std: number, min: number, max: number];

/** Statistics of `width` elements from `start`; NaN anywhere makes them all NaN. Two passes, so that nothing cancels. */
export function statisticsOfRow(data: NumericData, type: string, start: number, width: number): RowStatistics {
  const isFloat16Bits = type === 'float16' && data instanceof Uint16Array;
  const read = (i: number): number => {
    const value = Number(data[start + i]);
    return isFloat16Bits ? float16FromBits(value) : value;
  };
  let sum = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < width; i++) {
    const value = read(i);
    sum += value;
    squares += value * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / width;
  let spread = 0;
  for (let i = 0; i < width; i++) spread += (read(i) - mean) ** 2;
  return [Math.sqrt(squares), mean, Math.sqrt(spread / width), min, max];
}
