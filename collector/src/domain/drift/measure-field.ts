import { type Cause, countOccupied, findCause } from './cause.ts';
import { decisionCells, type DecisionCells } from './cells.ts';
import { debiasPsi } from './effect.ts';
import { impactOf } from './impact.ts';
import type { JudgedField } from './judged-reference.ts';
import type { ObservedField } from './observation.ts';
import { type CellsTest, testWindow } from './test-window.ts';
import type { Reference, ReferenceField } from './reference.ts';
import type { Random } from './significance/random.ts';
import type { CategoricalStatistics, FieldVerdict, Impact, NumericStatistics, StatisticName } from './verdict.ts';

/** Computes the statistics of a field, numeric or categorical. */
export type ComputeStatistics = (
  reference: ReferenceField,
  observed: ObservedField,
) => NumericStatistics | CategoricalStatistics;

/** What is known of one field in one window before it is decided. */
export interface MeasuredField {
  readonly judged: JudgedField;
  readonly observed: ObservedField | undefined;
  /** Plain values, as they are shown. */
  readonly statistics: FieldVerdict['statistics'];
  /** Values that limits are compared with: the PSI is debiased. */
  readonly effects: FieldVerdict['statistics'];
  readonly n: number;
  readonly m: number;
  readonly outOfRange: number;
  readonly test: CellsTest | undefined;
  /** Null where nothing was tested: the field is `unknown`. */
  readonly pValue: number | null;
  readonly cause: Cause | undefined;
  readonly impact: Impact;
  /** Why the field cannot be judged. */
  readonly unknown?: string;
}

/** Settings of {@link measureField}. */
export interface MeasureSettings {
  readonly computeStatistics: ComputeStatistics;
  readonly minRows: number;
  readonly scoreRange: Reference['scoreRange'];
  readonly random: Random;
}

/** Rows in another layout that cannot be mapped: above this share a window is not judged. */
const MOST_UNMAPPED = 0.05;

const NO_CELLS: DecisionCells = { keys: [], reference: new Float64Array(), observed: new Float64Array() };

/** Computes cells, statistics, significance and impact of one field in one window; never throws. */
export function measureField(
  judged: JudgedField,
  observed: ObservedField | undefined,
  { computeStatistics, minRows, scoreRange, random }: MeasureSettings,
): MeasuredField {
  const cells = cellsOf(judged.field, observed);
  const n = observed === undefined ? 0 : finite(observed.nEff);
  const m = judged.m ?? sum(cells.reference);
  const unknown = findObstacle(observed, m, minRows);
  const statistics = n > 0 && m > 0 && observed !== undefined ? clean(computeStatistics(judged.field, observed)) : {};
  const psi = statistics.psi;
  const effects =
    psi === undefined || psi === null ? statistics : { ...statistics, psi: debiasPsi(psi, countOccupied(cells), n, m) };
  const test = unknown === undefined ? testWindow(cells, n, m, judged.overdispersion, random) : undefined;
  return {
    judged,
    observed,
    statistics,
    effects,
    n,
    m,
    outOfRange: countOf(cells, 'below') + countOf(cells, 'above'),
    test,
    pValue: test?.pValue ?? null,
    cause: findCause(cells),
    impact: impactOf(cells, judged.field.response, scoreRange),
    ...(unknown === undefined ? {} : { unknown }),
  };
}

/** No cells for a reference whose profile is not in its layout: it is then no reference. */
function cellsOf(field: ReferenceField, observed: ObservedField | undefined): DecisionCells {
  if (observed === undefined) return NO_CELLS;
  try {
    return decisionCells(field, observed);
  } catch (error) {
    if (error instanceof RangeError) return NO_CELLS;
    throw error;
  }
}

function findObstacle(observed: ObservedField | undefined, m: number, minRows: number): string | undefined {
  if (observed === undefined || !(observed.profiled > 0)) return 'no rows';
  if (!(m > 0)) return observed.unmapped > 0 ? 'layout changed: no row could be mapped' : 'no reference';
  const weighted = observed.missing + observed.invalid + sum(observed.counts) + sum([...observed.unseen.values()]);
  const share = observed.unmapped / (weighted + observed.unmapped);
  if (share > MOST_UNMAPPED) {
    return `layout changed: ${Math.round(share * 100)} % of rows are in another layout and cannot be mapped`;
  }
  if (observed.profiled < minRows) return `${Math.round(observed.profiled)} rows, fewer than ${minRows}`;
  return weighted > 0 && observed.nEff > 0 ? undefined : 'no rows';
}

/** What is not a number is not known. */
function clean(statistics: NumericStatistics | CategoricalStatistics): FieldVerdict['statistics'] {
  const known: Partial<Record<StatisticName, number | null>> = {};
  for (const name of Object.keys(statistics) as StatisticName[]) {
    const value = (statistics as FieldVerdict['statistics'])[name];
    known[name] = value !== undefined && Number.isFinite(value) ? value : null;
  }
  return known;
}

function countOf({ keys, observed }: DecisionCells, key: string): number {
  const index = keys.indexOf(key);
  return index < 0 ? 0 : observed[index]!;
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(0, value) : 0;
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < counts.length; k++) total += counts[k]!;
  return total;
}
