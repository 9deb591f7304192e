import { METRIC } from '@prumo/agent/profile';
import { mergeToPartition } from '../../drift/cells.ts';
import { observeFields, type ObserveSettings } from '../../drift/observe.ts';
import type { ReferenceField } from '../../drift/reference.ts';
import type { SeriesGroup } from '../../drift/series.ts';
import { canonicalLabel } from '../canonical-label.ts';
import type { ScoreCounts } from '../estimation-input.ts';
import type { ClassCalibration, Estimator } from '../performance-reference.ts';

/** Share of rows in cells that cannot be mapped above which nothing is estimated, as in drift. */
const MOST_UNMAPPED = 0.05;

/** Class scores of one prediction may be missing one by one; more than this share apart they are not of the same rows. */
const AGREEMENT = 0.005;

/** Why there are no counts. */
export interface NoCounts {
  readonly unknown: string;
}

/**
 * Counts the scores of one window in the cells of an estimator, from the series of the window.
 *
 * In multiclass the series of a class score carry the class that was predicted: where they do so throughout, the counts come by predicted class too.
 *
 * @param fields the fields of the reference, for the layout of each score
 */
export function observeScores(
  estimator: Estimator,
  fields: readonly ReferenceField[],
  groups: readonly SeriesGroup[],
  settings: ObserveSettings,
): ScoreCounts | NoCounts {
  if (estimator.task === 'multiclass') return observeClasses(estimator.classes, fields, groups, settings);
  const bounds = estimator.task === 'binary' ? estimator.map.bounds : estimator.loss.bounds;
  const observed = observeScore({ field: estimator.field, bounds }, fields, groups, settings);
  if ('unknown' in observed) return observed;
  return { task: estimator.task, ...observed };
}

interface ScoreCells {
  readonly counts: Float64Array;
  readonly nEff: number;
}

function observeScore(
  { field: name, bounds }: { readonly field: string; readonly bounds: readonly number[] },
  fields: readonly ReferenceField[],
  groups: readonly SeriesGroup[],
  settings: ObserveSettings,
): ScoreCells | NoCounts {
  const field = fields.find((candidate) => candidate.name === name && candidate.role === 'output');
  if (field?.layout.kind !== 'edges') return { unknown: `the baseline has no layout of the score "${name}"` };
  const [observed] = observeFields(
    [field],
    groups.filter((group) => group.field === name && group.metric === METRIC.fieldValue),
    settings,
  );
  const counts = mergeToPartition(field.layout.bounds, observed!.counts, bounds);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (rows + observed!.unmapped === 0) return { unknown: `no row has a score "${name}"` };
  if (observed!.unmapped > MOST_UNMAPPED * (rows + observed!.unmapped)) return { unknown: 'layout changed' };
  return { counts, nEff: observed!.nEff * (rows / (rows + observed!.unmapped)) };
}

function observeClasses(
  classes: readonly ClassCalibration[],
  fields: readonly ReferenceField[],
  groups: readonly SeriesGroup[],
  settings: ObserveSettings,
): ScoreCounts | NoCounts {
  const observed: ScoreCells[] = [];
  for (const { field, map } of classes) {
    const own = observeScore({ field, bounds: map.bounds }, fields, groups, settings);
    if ('unknown' in own) return own;
    observed.push(own);
  }
  const byPredicted = splitByPredicted(classes, fields, groups, settings);
  return {
    task: 'multiclass',
    counts: observed.map(({ counts }) => counts),
    ...(byPredicted !== undefined && isConsistent(byPredicted, observed) ? { byPredicted } : {}),
    nEff: Math.min(...observed.map(({ nEff }) => nEff)),
  };
}

/** Counts of each class score by predicted class; undefined where the layout of some cannot be mapped. */
function splitByPredicted(
  classes: readonly ClassCalibration[],
  fields: readonly ReferenceField[],
  groups: readonly SeriesGroup[],
  settings: ObserveSettings,
): Float64Array[][] | undefined {
  const byLabel = Map.groupBy(groups, (group) => canonicalLabel(group.predictionLabel));
  const split: Float64Array[][] = [];
  for (const { label } of classes) {
    const own = byLabel.get(label) ?? [];
    const row: Float64Array[] = [];
    for (const { field, map } of classes) {
      const ofField = own.filter((group) => group.field === field && group.metric === METRIC.fieldValue);
      if (ofField.length === 0) row.push(new Float64Array(map.bounds.length + 1));
      else {
        const observed = observeScore({ field, bounds: map.bounds }, fields, ofField, settings);
        if ('unknown' in observed) return undefined;
        row.push(observed.counts);
      }
    }
    split.push(row);
  }
  return split;
}

/** Whether the rows predicted to be of each class are as many in every class score, and all rows together. */
function isConsistent(byPredicted: readonly (readonly Float64Array[])[], observed: readonly ScoreCells[]): boolean {
  const rowsOf = observed.map(({ counts }) => total(counts));
  const allowed = AGREEMENT * Math.max(...rowsOf);
  const split = byPredicted.map((ofClasses) => ofClasses.map(total));
  const isSplit = rowsOf.every((rows, k) => Math.abs(rows - split.reduce((sum, own) => sum + own[k]!, 0)) <= allowed);
  return isSplit && split.every((own) => Math.max(...own) - Math.min(...own) <= allowed);
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
