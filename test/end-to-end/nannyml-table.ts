import { readFileSync } from 'node:fs';
import type { DriftRow } from '../../collector/src/api/drift.ts';

/** Prumo's names of the statistics that NannyML has, with NannyML's. */
const NANNYML_NAMES = {
  js: 'jensen_shannon',
  hellinger: 'hellinger',
  lInfinity: 'l_infinity',
  chi2: 'chi2',
  ks: 'kolmogorov_smirnov',
  wasserstein: 'wasserstein',
} as const;

export type NannymlStatistic = keyof typeof NANNYML_NAMES;

/** A table with a row per chunk and columns named `FIELD_METHOD_value`, as NannyML exports its results. */
export interface NannymlTable {
  readonly chunks: number;
  /** Fields that the table has the statistic of. */
  readonly fieldsWith: (statistic: NannymlStatistic) => string[];
  /** Values by chunk. */
  readonly values: (field: string, statistic: NannymlStatistic) => number[];
}

/** Reads a comma-separated table without quotes. */
export function readNannymlTable(file: string): NannymlTable {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const columns = head.split(',');
  const rows = lines.map((line) => line.split(','));
  return {
    chunks: rows.length,
    fieldsWith: (statistic) => {
      const ending = `_${NANNYML_NAMES[statistic]}_value`;
      return columns.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
    },
    values: (field, statistic) => {
      const index = columns.indexOf(`${field}_${NANNYML_NAMES[statistic]}_value`);
      if (index < 0) throw new Error(`the table has no ${statistic} of ${field}`);
      return rows.map((row) => Number(row[index]));
    },
  };
}

/**
 * The field of each chunk whose statistic is farther from the table than allowed, as text; empty where all is right. Numbers in
 * the table have ten digits, so a large one is compared to its last digit.
 *
 * @param drift Answer of `prumo drift --mode nannyml`, whose windows in order of time are the chunks of the table.
 */
export function findDifferences(
  drift: readonly DriftRow[],
  table: NannymlTable,
  statistic: NannymlStatistic,
  allowed: number | ((field: string) => number),
): string[] {
  return table.fieldsWith(statistic).flatMap((field) => {
    const rows = drift.filter((row) => row.field === field).sort(byWindow);
    if (rows.length !== table.chunks) return [`${field}: ${rows.length} windows for ${table.chunks} chunks`];
    return table.values(field, statistic).flatMap((expected, chunk) => {
      const value = rows[chunk]?.statistics[statistic] ?? NaN;
      const tolerance = (typeof allowed === 'number' ? allowed : allowed(field)) + 5e-10 * Math.abs(expected);
      return Math.abs(value - expected) <= tolerance
        ? []
        : [`${statistic} of ${field} in chunk ${chunk}: ${value} for ${expected}`];
    });
  });
}

function byWindow(a: DriftRow, b: DriftRow): number {
  return a.window.start.localeCompare(b.window.start);
}
