import type { BusinessValues } from '../realized/measured.ts';
import type { ScoredCells } from './scored-cells.ts';
import type { Sensitivity } from './sensitivity.ts';

/** Expected weights of rows by decision and label. */
interface Outcomes {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** A metric of the confusion matrix with its derivatives by the four weights. */
interface OutcomeMetric {
  readonly value: number;
  readonly slopes: Outcomes;
}

/** Metrics of the decision; what divides by nothing is absent. */
export interface DecisionSensitivities {
  readonly accuracy?: Sensitivity;
  readonly precision?: Sensitivity;
  readonly recall?: Sensitivity;
  readonly f1?: Sensitivity;
  readonly specificity?: Sensitivity;
  readonly positive_rate?: Sensitivity;
  readonly business_value?: Sensitivity;
}

/**
 * Metrics of the expected confusion matrix.
 *
 * @param isPositive whether the rows of a cell are decided positive
 * @param business absent where its value needs amounts, which counts of scores do not hold
 */
export function decisionSensitivities(
  cells: ScoredCells,
  isPositive: (cell: number) => boolean,
  business?: BusinessValues,
): DecisionSensitivities {
  const outcomes = countOutcomes(cells, isPositive);
  const spread = ({ value, slopes }: OutcomeMetric): Sensitivity => ({
    value,
    byPositives: cells.positives.map((_, cell) => (isPositive(cell) ? slopes.tp : slopes.fn)),
    byNegatives: cells.negatives.map((_, cell) => (isPositive(cell) ? slopes.fp : slopes.tn)),
  });
  const found = Object.entries(measureOutcomes(outcomes, business)).flatMap(([name, metric]) =>
    metric === undefined ? [] : [[name, spread(metric)] as const],
  );
  return Object.fromEntries(found);
}

function countOutcomes({ positives, negatives }: ScoredCells, isPositive: (cell: number) => boolean): Outcomes {
  const outcomes = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let cell = 0; cell < positives.length; cell++) {
    if (isPositive(cell)) {
      outcomes.tp += positives[cell]!;
      outcomes.fp += negatives[cell]!;
    } else {
      outcomes.fn += positives[cell]!;
      outcomes.tn += negatives[cell]!;
    }
  }
  return outcomes;
}

const ALL = ['tp', 'fp', 'tn', 'fn'] as const;

type Outcome = (typeof ALL)[number];

function measureOutcomes(
  outcomes: Outcomes,
  business: BusinessValues | undefined,
): Readonly<Record<keyof DecisionSensitivities, OutcomeMetric | undefined>> {
  const ratio = (hits: readonly Outcome[], of: readonly Outcome[]): OutcomeMetric | undefined => {
    const whole = of.reduce((sum, outcome) => sum + outcomes[outcome], 0);
    if (!(whole > 0)) return undefined;
    const value = hits.reduce((sum, outcome) => sum + outcomes[outcome], 0) / whole;
    const slopeOf = (outcome: Outcome): number =>
      of.includes(outcome) ? ((hits.includes(outcome) ? 1 : 0) - value) / whole : 0;
    return { value: Math.min(1, value), slopes: toOutcomes(slopeOf) };
  };
  const { tp, fp, fn } = outcomes;
  const doubled = 2 * tp + fp + fn;
  const f1 = (2 * tp) / doubled;
  return {
    accuracy: ratio(['tp', 'tn'], ALL),
    precision: ratio(['tp'], ['tp', 'fp']),
    recall: ratio(['tp'], ['tp', 'fn']),
    f1:
      doubled > 0
        ? { value: f1, slopes: { tp: (2 - 2 * f1) / doubled, fp: -f1 / doubled, fn: -f1 / doubled, tn: 0 } }
        : undefined,
    specificity: ratio(['tn'], ['tn', 'fp']),
    positive_rate: ratio(['tp', 'fp'], ALL),
    business_value: business && valueOf(outcomes, business),
  };
}

/** A total: each row is worth what its outcome is. */
function valueOf(outcomes: Outcomes, business: BusinessValues): OutcomeMetric {
  const { truePositive = 0, falsePositive = 0, trueNegative = 0, falseNegative = 0 } = business;
  const slopes = { tp: truePositive, fp: falsePositive, tn: trueNegative, fn: falseNegative };
  return { value: ALL.reduce((sum, outcome) => sum + outcomes[outcome] * slopes[outcome], 0), slopes };
}

function toOutcomes(valueOfOutcome: (outcome: Outcome) => number): Outcomes {
  return {
    tp: valueOfOutcome('tp'),
    fp: valueOfOutcome('fp'),
    tn: valueOfOutcome('tn'),
    fn: valueOfOutcome('fn'),
  };
}
