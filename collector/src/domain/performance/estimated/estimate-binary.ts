import { normalInterval, type Range } from '../realized/intervals.ts';
import type { Measurements, MetricName } from '../metric.ts';
import type { CalibrationMap } from '../performance-reference.ts';
import { cutBelow } from './choose-map-bounds.ts';
import { decisionSensitivities } from './decision-sensitivities.ts';
import type { EstimateSettings } from './estimate-settings.ts';
import {
  areaSensitivity,
  averagePrecisionSensitivity,
  separationSensitivity,
  topSensitivities,
} from './ranking-sensitivities.ts';
import { scoreSensitivities } from './score-sensitivities.ts';
import { splitCells, type ScoredCells } from './scored-cells.ts';
import { scaleSensitivity, standardErrorOf, type ErrorSources, type Sensitivity } from './sensitivity.ts';

type Sensitivities = { readonly [metric in MetricName]?: Sensitivity };

const UNIT: Range = { min: 0, max: 1 };
const RANGES: { readonly [metric in MetricName]?: Range } = {
  gini: { min: -1, max: 1 },
  log_loss: { min: 0, max: Infinity },
  mean_score: { min: -Infinity, max: Infinity },
  lift: { min: 0, max: Infinity },
  business_value: { min: -Infinity, max: Infinity },
};

/** Estimates of a binary model; `threshold` absent: decisions do not follow from the score, and metrics of them are absent. */
export function estimateBinary(
  map: CalibrationMap,
  { counts, nEff }: { readonly counts: ArrayLike<number>; readonly nEff: number },
  settings: EstimateSettings,
  sources: ErrorSources,
): Measurements {
  const cells = splitCells(map, counts, nEff);
  if (!(cells.totalPositives + cells.totalNegatives > 0)) return {};
  const found: Sensitivities = {
    ...rankingOf(cells, settings.topShare ?? 0.1),
    ...scoreSensitivities(cells, map.meanScores),
    ...decisionsOf(map, cells, settings),
  };
  const entries = Object.entries(found) as [MetricName, Sensitivity][];
  return Object.fromEntries(
    entries.map(([metric, sensitivity]) => {
      const se = standardErrorOf(cells, sensitivity, sources);
      return [metric, normalInterval(sensitivity.value, se, RANGES[metric] ?? UNIT)];
    }),
  );
}

/** What needs both classes. */
function rankingOf(cells: ScoredCells, topShare: number): Sensitivities {
  if (!(cells.totalPositives > 0 && cells.totalNegatives > 0)) return {};
  const area = areaSensitivity(cells);
  const top = topSensitivities(cells, topShare);
  return {
    roc_auc: area,
    gini: scaleSensitivity(area, 2, -1),
    ks_separation: separationSensitivity(cells),
    average_precision: averagePrecisionSensitivity(cells),
    precision_at_k: top.precision,
    recall_at_k: top.recall,
    lift: top.lift,
  };
}

function decisionsOf(map: CalibrationMap, cells: ScoredCells, settings: EstimateSettings): Sensitivities {
  const { threshold, business } = settings;
  if (threshold === undefined) return {};
  // A cell is above the cut where its lower bound is the cut or above it.
  const cut = cutBelow(map.bounds, threshold) ?? -Infinity;
  const isPositive = (cell: number): boolean => cell > 0 && map.bounds[cell - 1]! >= cut;
  return decisionSensitivities(cells, cut === -Infinity ? () => true : isPositive, business);
}
