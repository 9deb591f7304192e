import type { BinaryRows } from '../labeled-rows.ts';
import type { Measurement, Measurements } from '../metric.ts';
import { areaUnderRoc, delongInterval } from './area-under-roc.ts';
import { bootstrapBinary, type BinaryReplicates } from './binary-bootstrap.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import {
  effectiveRows,
  meanInterval,
  standardErrorOfMean,
  weightedMean,
  normalInterval,
  wilsonInterval,
  type Range,
} from './intervals.ts';
import type { BusinessValues, Measured, MeasureSettings, ScoreBand } from './measured.ts';
import { OUTCOMES, rankRows, type RankedRows } from './ranked-rows.ts';
import { averagePrecision, ksSeparation, takeTopRows } from './ranking.ts';
import { assignBands, calibrationError, tabulateBands } from './score-bands.ts';

type Found = { readonly [metric in keyof Measurements]: Measurement | undefined };

/** Where scikit-learn clips probabilities in the log loss: the epsilon of a double. */
const EPSILON = 2 ** -52;

/** Outcomes of negatives, and of positives. */
const CLASSES = [
  [OUTCOMES.trueNegative, OUTCOMES.falsePositive],
  [OUTCOMES.falseNegative, OUTCOMES.truePositive],
] as const;

const UNIT: Range = { min: 0, max: 1 };
const UNBOUNDED: Range = { min: -Infinity, max: Infinity };

/** Metrics of a binary model, its confusion matrix and its bands of scores; see docs/performance.md for each metric. */
export function measureBinary(rows: BinaryRows, settings: MeasureSettings): Measured {
  const ranked = rankRows(rows, settings.threshold ?? 0.5);
  const topShare = settings.topShare ?? 0.1;
  const counts = countOutcomes(ranked);
  const smaller = Math.min(...CLASSES.map((outcomes) => effectiveAt(counts, outcomes)));
  const bandOfGroup = assignBands(ranked);
  const bands = tabulateBands(ranked, bandOfGroup);
  const replicates = bootstrapBinary(ranked, bandOfGroup, {
    topShare,
    seed: settings.seed,
    replicates: settings.replicates ?? 200,
  });
  const found: Found = {
    ...measureRanking(ranked, topShare, replicates, smaller),
    ...measureProbabilities(ranked, bands, replicates, smaller),
    ...measureDecisions(counts, replicates, smaller),
    business_value: settings.business && measureBusiness(ranked, settings.business),
  };
  const [tn, fn, fp, tp] = counts.weights;
  return {
    rows: ranked.scores.length,
    weight: ranked.positives + ranked.negatives,
    nEff: effectiveRows(ranked.weights),
    metrics: dropUnknown(found),
    confusion: { tp: tp!, fp: fp!, tn: tn!, fn: fn! },
    bands,
  };
}

/** Leaves out what is not known. */
function dropUnknown(found: Found): Measurements {
  return Object.fromEntries(Object.entries(found).filter(([, measurement]) => measurement !== undefined));
}

/** What needs both classes. */
function measureRanking(ranked: RankedRows, topShare: number, replicates: BinaryReplicates, smaller: number): Found {
  const { positives, negatives } = ranked;
  if (!(positives > 0 && negatives > 0)) return {};
  const area = delongInterval(ranked, areaUnderRoc(ranked));
  const top = takeTopRows(ranked, topShare);
  const precision = Math.min(1, top.positives / top.weight);
  return {
    roc_auc: area,
    gini: { value: 2 * area.value - 1, low: 2 * area.low - 1, high: 2 * area.high - 1, se: 2 * area.se },
    ks_separation: bootstrapInterval(ksSeparation(ranked), replicates.ks_separation, UNIT, smaller),
    average_precision: bootstrapInterval(averagePrecision(ranked), replicates.average_precision, UNIT, smaller),
    precision_at_k: wilsonInterval(precision, top.nEff),
    recall_at_k: bootstrapInterval(top.positives / positives, replicates.recall_at_k, UNIT, smaller),
    lift: bootstrapInterval(
      top.positives / positives / topShare,
      replicates.lift,
      { min: 0, max: 1 / topShare },
      smaller,
    ),
  };
}

/** What needs scores that are probabilities, and their mean. */
function measureProbabilities(
  { scores, outcomes, weights }: RankedRows,
  bands: readonly ScoreBand[],
  replicates: BinaryReplicates,
  smaller: number,
): Found {
  // Highest scores come first.
  const areProbabilities = scores.length > 0 && scores[0]! <= 1 && scores.at(-1)! >= 0;
  const mean_score = meanInterval(scores, weights, areProbabilities ? UNIT : UNBOUNDED);
  if (!areProbabilities) return { mean_score };
  const losses = new Float64Array(scores.length);
  const squares = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    const label = outcomes[i]! & 1;
    const score = Math.min(1 - EPSILON, Math.max(EPSILON, label === 1 ? scores[i]! : 1 - scores[i]!));
    losses[i] = -Math.log(score);
    squares[i] = (scores[i]! - label) ** 2;
  }
  return {
    mean_score,
    log_loss: meanInterval(losses, weights, { min: 0, max: Infinity }),
    brier: meanInterval(squares, weights, UNIT),
    ece: bootstrapInterval(calibrationError(bands), replicates.ece, UNIT, smaller),
  };
}

interface OutcomeCounts {
  /** Sum of weights, and of squared weights, by `OUTCOMES`. */
  readonly weights: Float64Array;
  readonly squares: Float64Array;
}

function countOutcomes({ outcomes, weights }: RankedRows): OutcomeCounts {
  const counts = { weights: new Float64Array(4), squares: new Float64Array(4) };
  for (let i = 0; i < outcomes.length; i++) {
    counts.weights[outcomes[i]!]! += weights[i]!;
    counts.squares[outcomes[i]!]! += weights[i]! ** 2;
  }
  return counts;
}

/** What the confusion matrix gives. */
function measureDecisions(counts: OutcomeCounts, replicates: BinaryReplicates, smaller: number): Found {
  const { trueNegative, falseNegative, falsePositive, truePositive } = OUTCOMES;
  const all = [trueNegative, falseNegative, falsePositive, truePositive];
  const rate = (hits: readonly number[], of: readonly number[]): Measurement | undefined => {
    const weight = sumAt(counts.weights, of);
    if (!(weight > 0)) return undefined;
    return wilsonInterval(Math.min(1, sumAt(counts.weights, hits) / weight), effectiveAt(counts, of));
  };
  const twice = 2 * counts.weights[truePositive]!;
  const wrong = counts.weights[falsePositive]! + counts.weights[falseNegative]!;
  return {
    accuracy: rate([trueNegative, truePositive], all),
    precision: rate([truePositive], [truePositive, falsePositive]),
    recall: rate([truePositive], [truePositive, falseNegative]),
    f1: twice + wrong > 0 ? bootstrapInterval(twice / (twice + wrong), replicates.f1, UNIT, smaller) : undefined,
    specificity: rate([trueNegative], [trueNegative, falsePositive]),
    positive_rate: rate([truePositive, falsePositive], all),
  };
}

/** Effective rows of these outcomes; 0 without any. */
function effectiveAt({ weights, squares }: OutcomeCounts, outcomes: readonly number[]): number {
  const square = sumAt(squares, outcomes);
  return square > 0 ? sumAt(weights, outcomes) ** 2 / square : 0;
}

function sumAt(values: Float64Array, indexes: readonly number[]): number {
  return indexes.reduce((sum, index) => sum + values[index]!, 0);
}

/** The total of each row's value by its outcome, times its amount and weight; its spread is that of the mean row, times the rows. */
function measureBusiness(ranked: RankedRows, business: BusinessValues): Measurement | undefined {
  const { outcomes, weights, amounts } = ranked;
  if (outcomes.length < 2) return undefined;
  const { trueNegative = 0, falseNegative = 0, falsePositive = 0, truePositive = 0 } = business;
  const byOutcome = [trueNegative, falseNegative, falsePositive, truePositive];
  const values = Float64Array.from(outcomes, (outcome, i) => byOutcome[outcome]! * (amounts?.[i] ?? 1));
  const mean = weightedMean(values, weights);
  const weight = ranked.positives + ranked.negatives;
  if (!Number.isFinite(mean)) return undefined;
  return normalInterval(mean * weight, standardErrorOfMean(values, weights, mean) * weight, UNBOUNDED);
}
