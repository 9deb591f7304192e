import type { FieldVerdict, Impact, StatisticName, Verdict } from '../domain/drift/verdict.ts';
import type { StoredVerdict } from './store.ts';

/** Columns of the statistics: a column that a type of field has not is null. */
const NUMERIC = {
  psi: 'psi',
  js: 'js',
  ks: 'ks',
  wasserstein: 'wasserstein',
  wassersteinNormalized: 'wasserstein_normalized',
  hellinger: 'hellinger',
  meanShift: 'mean_shift',
} as const satisfies Partial<Record<StatisticName, string>>;

const CATEGORICAL = {
  psi: 'psi',
  js: 'js',
  lInfinity: 'l_infinity',
  hellinger: 'hellinger',
  chi2: 'chi2',
} as const satisfies Partial<Record<StatisticName, string>>;

type StatisticColumn = (typeof NUMERIC)[keyof typeof NUMERIC] | (typeof CATEGORICAL)[keyof typeof CATEGORICAL];

/** A row of `prumo.drift`; instants are milliseconds since the epoch. */
export type VerdictRow = Partial<Record<StatisticColumn, number | null>> & {
  model: string;
  version: string;
  environment: string;
  segment: string;
  window_start: number;
  window_end: number;
  window_seconds: number;
  reference: string;
  field: string;
  role: FieldVerdict['role'];
  prediction_label: string;
  type: FieldVerdict['type'];
  rows: number;
  profiled: number;
  missing: number;
  invalid: number;
  unseen: number;
  out_of_range: number;
  statistic: string;
  value: number;
  threshold: number;
  n: number;
  m: number;
  overdispersion: number | null;
  p_value: number | null;
  q_value: number | null;
  impact_shift: number | null;
  impact_movement: number | null;
  impact_method: Impact['method'];
  impact_low: number | null;
  impact_high: number | null;
  verdict: Verdict;
  quality_share: number | null;
  reason: string;
  judged_at: number;
  revision: number;
};

/** The row of a verdict. */
export function toVerdictRow(stored: StoredVerdict): VerdictRow {
  const { window, decision, impact } = stored;
  const row: VerdictRow = {
    model: stored.model,
    version: stored.version,
    environment: stored.environment,
    segment: stored.segment,
    window_start: window.start.getTime(),
    window_end: window.end.getTime(),
    window_seconds: Math.round((window.end.getTime() - window.start.getTime()) / 1000),
    reference: decision.reference,
    field: stored.field,
    role: stored.role,
    prediction_label: stored.predictionLabel ?? '',
    type: stored.type,
    rows: stored.rows,
    profiled: stored.profiled,
    missing: stored.missing,
    invalid: stored.invalid,
    unseen: stored.unseen,
    out_of_range: stored.outOfRange,
    statistic: decision.statistic,
    value: decision.value,
    threshold: decision.threshold,
    n: decision.n,
    m: decision.m,
    overdispersion: decision.overdispersion ?? null,
    p_value: stored.pValue,
    q_value: stored.qValue,
    impact_shift: impact.shift,
    impact_movement: impact.movement,
    impact_method: impact.method,
    impact_low: impact.low,
    impact_high: impact.high,
    verdict: stored.verdict,
    quality_share: stored.qualityShare ?? null,
    reason: stored.reason,
    judged_at: stored.judgedAt.getTime(),
    revision: stored.revision,
  };
  const columns: Partial<Record<StatisticName, StatisticColumn>> = columnsOf(stored.type);
  for (const [name, column] of Object.entries(columns)) row[column] = stored.statistics[name as StatisticName] ?? null;
  return row;
}

/** The verdict of a row. */
export function fromVerdictRow(row: VerdictRow): StoredVerdict {
  const columns: Partial<Record<StatisticName, StatisticColumn>> = columnsOf(row.type);
  return {
    model: row.model,
    version: row.version,
    environment: row.environment,
    segment: row.segment,
    window: { start: new Date(row.window_start), end: new Date(row.window_end) },
    field: row.field,
    role: row.role,
    ...(row.prediction_label === '' ? {} : { predictionLabel: row.prediction_label }),
    type: row.type,
    rows: row.rows,
    profiled: row.profiled,
    missing: row.missing,
    invalid: row.invalid,
    unseen: row.unseen,
    outOfRange: row.out_of_range,
    statistics: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, row[column] ?? null])),
    decision: {
      statistic: row.statistic,
      value: row.value,
      threshold: row.threshold,
      reference: row.reference,
      n: row.n,
      m: row.m,
      ...(row.overdispersion === null ? {} : { overdispersion: row.overdispersion }),
    },
    pValue: row.p_value,
    qValue: row.q_value,
    impact: {
      shift: row.impact_shift,
      movement: row.impact_movement,
      method: row.impact_method,
      low: row.impact_low,
      high: row.impact_high,
    },
    verdict: row.verdict,
    ...(row.quality_share === null ? {} : { qualityShare: row.quality_share }),
    reason: row.reason,
    judgedAt: new Date(row.judged_at),
    revision: row.revision,
  };
}

function columnsOf(type: FieldVerdict['type']): typeof NUMERIC | typeof CATEGORICAL {
  return type === 'numeric' ? NUMERIC : CATEGORICAL;
}
