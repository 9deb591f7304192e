import type { MulticlassRows } from '../labeled-rows.ts';
import type { Measurement, Measurements } from '../metric.ts';
import { areaInterval, areaUnderRoc } from './area-under-roc.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import { effectiveRows, meanInterval, wilsonInterval, type Range } from './intervals.ts';
import type { ClassMeasured, Measured, MeasureSettings } from './measured.ts';
import { orderRows } from './order-rows.ts';
import { drawPoisson, type DrawUnits } from './poisson-draws.ts';
import { rankRows } from './ranked-rows.ts';

const EPSILON = 2 ** -52;
const UNIT: Range = { min: 0, max: 1 };

/** Metrics of a multiclass model and of each class; see docs/performance.md for each. */
export function measureMulticlass(rows: MulticlassRows, settings: MeasureSettings): Measured {
  const sorted = normalizeScores(sortRows(rows));
  const confusion = countConfusion(sorted);
  const classes = sorted.classes.map((label, index) => describeClass(label, index, confusion.weights));
  const found: { readonly [metric in keyof Measurements]: Measurement | undefined } = {
    roc_auc: meanArea(sorted),
    log_loss: logLoss(sorted),
    ...measureDecisions(sorted, confusion, settings),
  };
  return {
    rows: sorted.labels.length,
    weight: sorted.weights.reduce((sum, weight) => sum + weight, 0),
    nEff: effectiveRows(sorted.weights),
    metrics: Object.fromEntries(Object.entries(found).filter(([, measurement]) => measurement !== undefined)),
    classes,
  };
}

/** Rows in one order, however they came. */
function sortRows(rows: MulticlassRows): MulticlassRows {
  const width = rows.classes.length;
  const columns = rows.classes.map((_, j) => columnOf(rows, j));
  const order = orderRows([...columns, rows.labels, rows.predicted, rows.weights]);
  const sorted = {
    classes: rows.classes,
    scores: new Float64Array(order.length * width),
    labels: new Int32Array(order.length),
    predicted: new Int32Array(order.length),
    weights: new Float64Array(order.length),
  };
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    for (let j = 0; j < width; j++) sorted.scores[i * width + j] = rows.scores[row * width + j]!;
    sorted.labels[i] = rows.labels[row]!;
    sorted.predicted[i] = rows.predicted[row]!;
    sorted.weights[i] = rows.weights[row]!;
  }
  return sorted;
}

/** The scores of one class. */
function columnOf({ classes, scores, labels }: MulticlassRows, index: number): Float64Array {
  const column = new Float64Array(labels.length);
  for (let i = 0; i < column.length; i++) column[i] = scores[i * classes.length + index]!;
  return column;
}

/** Scores divided by their sum over the classes; those of a row whose sum is not positive stay as they are. */
function normalizeScores(rows: MulticlassRows): MulticlassRows {
  const width = rows.classes.length;
  const scores = rows.scores.slice();
  for (let start = 0; start < scores.length; start += width) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += scores[start + j]!;
    if (!(sum > 0)) continue;
    for (let j = 0; j < width; j++) scores[start + j]! /= sum;
  }
  return { ...rows, scores };
}

/**
 * Mean of the areas of each class against all others, over the classes that rows both have and have not. Its standard error is DeLong's for that
 * mean: a row's influence is the mean of its influences on the areas (the classes share their rows).
 */
function meanArea(rows: MulticlassRows): Measurement | undefined {
  const { classes, labels, weights } = rows;
  const numbers = new Float64Array(labels.length).map((_, i) => i);
  const influence = new Float64Array(labels.length);
  let areas = 0;
  let sum = 0;
  let smallest = Infinity;
  for (let j = 0; j < classes.length; j++) {
    const isClass = new Uint8Array(labels.length);
    for (let i = 0; i < isClass.length; i++) isClass[i] = labels[i] === j ? 1 : 0;
    // Row numbers stand in the place of amounts, so that they come back in the order of rank.
    const ranked = rankRows({ scores: columnOf(rows, j), labels: isClass, weights, amounts: numbers }, 0.5);
    if (!(ranked.positives > 0 && ranked.negatives > 0)) continue;
    const area = areaUnderRoc(ranked);
    for (let i = 0; i < influence.length; i++) influence[ranked.amounts![i]!]! += area.influence[i]!;
    sum += area.area;
    areas++;
    smallest = Math.min(smallest, effectiveRows(weights.filter((_, i) => labels[i] === j)));
  }
  if (areas === 0) return undefined;
  const value = sum / areas;
  const squares = influence.reduce((total, value, i) => total + (weights[i]! * value) ** 2, 0);
  return areaInterval(value, squares / (1 - 1 / smallest) / areas ** 2, smallest);
}

/** Only where the scores are probabilities. */
function logLoss({ classes, scores, labels, weights }: MulticlassRows): Measurement | undefined {
  if (!scores.every((score) => score >= 0 && score <= 1)) return undefined;
  const losses = new Float64Array(labels.length);
  for (let i = 0; i < losses.length; i++) {
    const score = scores[i * classes.length + labels[i]!]!;
    losses[i] = -Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, score)));
  }
  return meanInterval(losses, weights, { min: 0, max: Infinity });
}

/** Cells (row: label, column: prediction) that have rows. */
interface Confusion extends DrawUnits {
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
  /** All cells, row-major. */
  readonly weights: Float64Array;
}

function countConfusion({ classes, labels, predicted, weights }: MulticlassRows): Confusion {
  const width = classes.length;
  const all = new Float64Array(width * width);
  const squares = new Float64Array(width * width);
  const rows = new Uint32Array(width * width);
  for (let i = 0; i < labels.length; i++) {
    const cell = labels[i]! * width + predicted[i]!;
    all[cell]! += weights[i]!;
    squares[cell]! += weights[i]! ** 2;
    rows[cell]!++;
  }
  const cells = Int32Array.from(all.keys()).filter((cell) => all[cell]! > 0);
  return {
    count: cells.length,
    labels: cells.map((cell) => Math.floor(cell / width)),
    predicted: cells.map((cell) => cell % width),
    rows: Uint32Array.from(cells, (cell) => rows[cell]!),
    totals: Float64Array.from(cells, (cell) => all[cell]!),
    squares: Float64Array.from(cells, (cell) => squares[cell]!),
    weights: all,
  };
}

function describeClass(label: string, index: number, weights: Float64Array): ClassMeasured {
  const width = Math.sqrt(weights.length);
  const hits = weights[index * width + index]!;
  let support = 0;
  let decided = 0;
  for (let j = 0; j < width; j++) {
    support += weights[index * width + j]!;
    decided += weights[j * width + index]!;
  }
  return {
    label,
    precision: decided > 0 ? hits / decided : null,
    recall: support > 0 ? hits / support : null,
    f1: support + decided > 0 ? (2 * hits) / (support + decided) : null,
    support,
  };
}

function measureDecisions(
  { classes, labels, weights }: MulticlassRows,
  confusion: Confusion,
  { seed, replicates = 200 }: MeasureSettings,
): { readonly [metric in keyof Measurements]: Measurement | undefined } {
  if (confusion.count === 0) return {};
  const value = averageClasses(classes.length, confusion, confusion.totals);
  const smallest = Math.min(
    ...classes.map((_, j) => effectiveRows(weights.filter((_weight, i) => labels[i] === j))).filter((rows) => rows > 0),
  );
  const drawn = {
    precision: new Float64Array(replicates),
    recall: new Float64Array(replicates),
    f1: new Float64Array(replicates),
  };
  drawPoisson(confusion, replicates, seed, (totals, index) => {
    const average = averageClasses(classes.length, confusion, totals);
    drawn.precision[index] = average.precision;
    drawn.recall[index] = average.recall;
    drawn.f1[index] = average.f1;
  });
  return {
    accuracy: labels.length > 0 ? wilsonInterval(value.accuracy, effectiveRows(weights)) : undefined,
    precision: bootstrapInterval(value.precision, drawn.precision, UNIT, smallest),
    recall: bootstrapInterval(value.recall, drawn.recall, UNIT, smallest),
    f1: bootstrapInterval(value.f1, drawn.f1, UNIT, smallest),
  };
}

interface Averages {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Averages over the classes that rows have or are predicted to have; a class without what a metric divides by counts 0, as in scikit-learn. */
function averageClasses(width: number, { labels, predicted, count }: Confusion, totals: Float64Array): Averages {
  const hits = new Float64Array(width);
  const support = new Float64Array(width);
  const decided = new Float64Array(width);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const weight = totals[i]!;
    total += weight;
    support[labels[i]!]! += weight;
    decided[predicted[i]!]! += weight;
    if (labels[i] === predicted[i]) hits[labels[i]!]! += weight;
  }
  const sums = { hits: 0, precision: 0, recall: 0, f1: 0 };
  let present = 0;
  for (let j = 0; j < width; j++) {
    if (!(support[j]! + decided[j]! > 0)) continue;
    present++;
    sums.hits += hits[j]!;
    if (decided[j]! > 0) sums.precision += hits[j]! / decided[j]!;
    if (support[j]! > 0) sums.recall += hits[j]! / support[j]!;
    sums.f1 += (2 * hits[j]!) / (support[j]! + decided[j]!);
  }
  return {
    accuracy: sums.hits / total,
    precision: sums.precision / present,
    recall: sums.recall / present,
    f1: sums.f1 / present,
  };
}
