import { debiasPsi } from '../../collector/src/domain/drift/effect.ts';
import { judgeWindow } from '../../collector/src/domain/drift/judge-window.ts';
import { type JudgedReference, prepareReference } from '../../collector/src/domain/drift/judged-reference.ts';
import { levelFor } from '../../collector/src/domain/drift/level.ts';
import { computePsi } from '../../collector/src/domain/drift/statistics/psi.ts';
import { computeStatistics } from '../../collector/src/domain/drift/statistics/compute-statistics.ts';
import type { Random } from '../../collector/src/domain/drift/significance/random.ts';
import { DEFAULT_THRESHOLDS } from '../../collector/src/domain/drift/thresholds.ts';
import { foldIncidents, type JudgedWindow } from '../../collector/src/domain/incident/fold-incidents.ts';
import type { FieldVerdict } from '../../collector/src/domain/drift/verdict.ts';
import { toObservedField, toReferenceField } from './categorical-field.ts';
import { type Behavior, createFields, drawCounts, type SimulatedField } from './world.ts';

/** One cell of the simulation's table. */
export interface Scenario {
  readonly rowsPerWindow: number;
  readonly referenceRows: number;
  readonly windowHours: number;
  readonly behavior: Behavior;
}

/** A model with a freshly drawn baseline. */
export interface SimulatedModel {
  readonly scenario: Scenario;
  readonly fields: readonly SimulatedField[];
  readonly references: readonly Float64Array[];
  readonly reference: JudgedReference;
}

export const FALSE_PER_WEEK = 0.1;
export const MIN_ROWS = 200;
const HOURS_PER_WEEK = 168;
const CHUNKS = 10;
/** The reference covers the four weeks before. */
const REFERENCE_HOURS = 4 * HOURS_PER_WEEK;
const MODEL = { model: 'simulated', environment: 'production' };

/** Draws fields and baseline: 10 chunks in time order over four weeks. */
export function drawModel(scenario: Scenario, random: Random): SimulatedModel {
  const fields = createFields(scenario.referenceRows, random);
  const chunkHours = REFERENCE_HOURS / CHUNKS;
  const chunked = fields.map((field) =>
    Array.from({ length: CHUNKS }, (_, chunk) =>
      drawCounts(
        field,
        scenario.referenceRows / CHUNKS,
        [chunk * chunkHours, (chunk + 1) * chunkHours],
        scenario.behavior,
        random,
      ),
    ),
  );
  const reference = prepareReference({
    format: 1,
    model: MODEL.model,
    version: '1',
    kind: 'heldout',
    rows: scenario.referenceRows,
    chunkRows: new Array<number>(CHUNKS).fill(scenario.referenceRows / CHUNKS),
    fields: chunked.map((chunks, k) => toReferenceField(`f${k}`, chunks)),
    warnings: [],
  });
  const references = chunked.map((chunks) =>
    chunks[0]!.map((_, k) => chunks.reduce((sum, chunk) => sum + chunk[k]!, 0)),
  );
  return { scenario, fields, references, reference };
}

/** Windows of a week after thin ones are merged: hours and rows of each. */
export function planWeek({ rowsPerWindow, windowHours }: Scenario): { hours: number; rows: number; count: number } {
  const merged = Math.ceil(MIN_ROWS / rowsPerWindow);
  const hours = windowHours * merged;
  return { hours, rows: rowsPerWindow * merged, count: Math.floor(HOURS_PER_WEEK / hours) };
}

/** Judges one week without change; the incidents that open are all false. */
export function countFalseIncidents(model: SimulatedModel, random: Random): number {
  const { hours, rows, count } = planWeek(model.scenario);
  const week = Array.from({ length: count }, (_, index) => {
    const counts = model.fields.map((field) =>
      drawCounts(field, rows, [index * hours, (index + 1) * hours], model.scenario.behavior, random),
    );
    return judge(model, counts, index * hours, hours);
  });
  return foldIncidents(week, foldOptions(model.scenario)).length;
}

/** Options of the fold, with the level of a window that opens an incident alone. */
export function foldOptions({ windowHours }: Scenario): Parameters<typeof foldIncidents>[1] {
  const windowsPerWeek = HOURS_PER_WEEK / windowHours;
  return { ...MODEL, aloneLevel: levelFor({ falsePerWeek: FALSE_PER_WEEK, windowsPerWeek }).alone };
}

/**
 * Judges one window by the product's own code. Where no field's debiased PSI is over the warning limit, all verdicts are `ok`
 * whatever the significance, so it is not computed.
 */
export function judge(
  model: SimulatedModel,
  counts: readonly Float64Array[],
  hour: number,
  hours: number,
): JudgedWindow {
  const start = new Date(Date.UTC(2026, 0, 5) + hour * 3_600_000);
  const window = { start, end: new Date(start.getTime() + hours * 3_600_000) };
  if (!counts.some((observed, k) => isOverWarning(model.references[k]!, observed))) {
    return { window, verdicts: okVerdicts(model, window) };
  }
  const verdicts = judgeWindow({
    window,
    reference: model.reference,
    observed: counts.map((observed, k) => toObservedField(`f${k}`, observed)),
    computeStatistics,
    budget: { falsePerWeek: FALSE_PER_WEEK, windowsPerWeek: HOURS_PER_WEEK / model.scenario.windowHours },
    minRows: MIN_ROWS,
  });
  return { window, verdicts };
}

/** The cells of the reference field beside `unseen` and `missing`, which no row falls into; PSI smooths over those too. */
function isOverWarning(reference: Float64Array, observed: Float64Array): boolean {
  const psi = computePsi(Float64Array.of(...reference, 0, 0), Float64Array.of(...observed, 0, 0));
  const cells = reference.reduce((count, rows, k) => count + (rows > 0 || observed[k]! > 0 ? 1 : 0), 0);
  return debiasPsi(psi, cells, sum(observed), sum(reference)) > DEFAULT_THRESHOLDS.psi.warning;
}

/** Only what the fold reads matters: the field and that it is ok. */
function okVerdicts(model: SimulatedModel, window: JudgedWindow['window']): FieldVerdict[] {
  return model.fields.map((_, k) => ({
    window,
    field: `f${k}`,
    role: 'input',
    type: 'categorical',
    rows: 0,
    profiled: 0,
    missing: 0,
    invalid: 0,
    unseen: 0,
    outOfRange: 0,
    statistics: {},
    decision: { statistic: 'psi', value: 0, threshold: 0.1, reference: 'baseline', n: 0, m: 0 },
    pValue: null,
    qValue: null,
    impact: { shift: null, movement: null, method: 'none', low: null, high: null },
    verdict: 'ok',
    reason: '',
  }));
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
