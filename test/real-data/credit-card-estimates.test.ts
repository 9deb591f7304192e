import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseNumericLayout } from '../../collector/src/domain/drift/layout-choice.ts';
import { countScores } from '../../collector/src/domain/performance/estimated/estimate-on-rows.ts';
import { estimatePerformance } from '../../collector/src/domain/performance/estimated/estimate-performance.ts';
import type { LabeledRows } from '../../collector/src/domain/performance/labeled-rows.ts';
import type { Measurements, MetricName } from '../../collector/src/domain/performance/metric.ts';
import { measureLabeled } from '../../collector/src/domain/performance/realized/measure-labeled.ts';
import { planEstimator } from '../../collector/src/domain/performance/reference-building/plan-estimator.ts';
import { hasStreams, readColumns } from './stream-data.ts';

const CLASSES = ['prepaid_card', 'highstreet_card', 'upmarket_card'];
const QUIET_ROWS = 30_000;

type Part = 'quiet' | 'changed';

/** What `make_estimates.py` finds on raw rows, as NannyML has it. */
const GOLDEN = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../collector/test/domain/performance/golden/estimates.json'), 'utf8'),
) as { readonly creditCard: Readonly<Record<Part, Readonly<Record<string, number>>>> };

if (!hasStreams) process.stdout.write('skipped: the streams of ../shared/data are not beside this repository\n');

describe.skipIf(!hasStreams)('credit_card_mc: a three-class model without labels', () => {
  const estimated = new Map<Part, Measurements>();
  const realized = new Map<Part, Measurements>();

  beforeAll(() => {
    const stream = readColumns('credit_card_mc/stream.csv.gz');
    const labels = readColumns('credit_card_mc/labels.csv.gz');
    const ids = labels.get('row_id')!;
    const labelOf = new Map(ids.map((id, i) => [id, labels.get('label')![i]!]));
    const parts = stream.get('part')!;
    const scores = CLASSES.map((name) => Float64Array.from(stream.get(`y_pred_proba_${name}`)!, Number));
    const pick = (rows: readonly number[]): LabeledRows => ({
      task: 'multiclass',
      rows: {
        classes: CLASSES,
        scores: Float64Array.from(rows.flatMap((row) => scores.map((own) => own[row]!))),
        labels: Int32Array.from(rows, (row) => CLASSES.indexOf(labelOf.get(stream.get('row_id')![row]!)!)),
        predicted: Int32Array.from(rows, (row) => CLASSES.indexOf(stream.get('y_pred')![row]!)),
        weights: new Float64Array(rows.length).fill(1),
      },
    });
    const reference = [...parts.keys()].filter((row) => parts[row] === 'reference');
    const monitored = [...parts.keys()].filter((row) => parts[row] !== 'reference');
    const boundsOf = (field: string): readonly number[] => {
      const own = scores[CLASSES.indexOf(field)]!;
      const values = Float64Array.from(reference, (row) => own[row]!);
      return chooseNumericLayout(values, { elementType: 'float64', maxBounds: 510 }).layout.bounds;
    };
    const outputs = {
      task: 'multiclass',
      positive: '1',
      classes: CLASSES.map((label) => ({ label, field: label })),
    } as const;
    const estimator = planEstimator(pick(reference), { outputs, boundsOf })!.build();
    for (const part of ['quiet', 'changed'] as const) {
      const rows = pick(part === 'quiet' ? monitored.slice(0, QUIET_ROWS) : monitored.slice(QUIET_ROWS));
      estimated.set(part, estimatePerformance(estimator, countScores(estimator, rows)));
      realized.set(part, measureLabeled(rows, { seed: 1 }).metrics);
    }
  });

  it.each(['quiet', 'changed'] as const)('%s rows: as NannyML estimates raw rows, within 2e-3', (part) => {
    for (const [metric, value] of Object.entries(GOLDEN.creditCard[part])) {
      expect(Math.abs(estimated.get(part)![metric as MetricName]!.value - value), metric).toBeLessThan(2e-3);
    }
  });

  it('on quiet rows the estimate is what labels say: ROC AUC within 2e-3, all within two standard errors', () => {
    const [own, labels] = [estimated.get('quiet')!, realized.get('quiet')!];
    expect(Math.abs(own.roc_auc!.value - labels.roc_auc!.value)).toBeLessThan(2e-3);
    for (const metric of ['roc_auc', 'log_loss', 'accuracy', 'precision', 'recall', 'f1'] as const) {
      expect(Math.abs(own[metric]!.value - labels[metric]!.value), metric).toBeLessThan(2 * labels[metric]!.se);
    }
  });

  it('on changed rows the estimate falls, and cannot see that the labels fall further: concept drift', () => {
    const [own, labels] = [estimated.get('changed')!, realized.get('changed')!];
    expect(own.roc_auc!.high).toBeLessThan(estimated.get('quiet')!.roc_auc!.low);
    expect(labels.roc_auc!.high).toBeLessThan(own.roc_auc!.low);
  });
});
