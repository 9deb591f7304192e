import { beforeAll, describe, expect, it } from 'vitest';
import type { BinaryRows } from '../../collector/src/domain/performance/labeled-rows.ts';
import type { MetricName } from '../../collector/src/domain/performance/metric.ts';
import { measureLabeled } from '../../collector/src/domain/performance/realized/measure-labeled.ts';
import type { Measured } from '../../collector/src/domain/performance/realized/measured.ts';
import { hasCensusData, readCensusColumns, type TextColumns } from './census-data.ts';
import { hasStreams, readAnswers, readColumns } from './stream-data.ts';

const CHUNK_ROWS = 5000;

if (!hasStreams) process.stdout.write('skipped: the streams of ../shared/data are not beside this repository\n');

function numbers(columns: TextColumns, name: string): Float64Array {
  const texts = columns.get(name);
  if (texts === undefined) throw new Error(`no column ${name}`);
  return Float64Array.from(texts, Number);
}

function ones(rows: number): Float64Array {
  return new Float64Array(rows).fill(1);
}

/** The first row of each chunk and the one after its last. */
function chunksOf(rows: number): [number, number][] {
  return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, i) => {
    return [i * CHUNK_ROWS, Math.min(rows, (i + 1) * CHUNK_ROWS)];
  });
}

function measureBinary(scores: Float64Array, labels: Float64Array, decisions?: Float64Array): Measured {
  const rows: BinaryRows = {
    scores,
    labels: Uint8Array.from(labels),
    weights: ones(scores.length),
    ...(decisions !== undefined && { decisions: Uint8Array.from(decisions) }),
  };
  return measureLabeled({ task: 'binary', rows }, { seed: 1 });
}

function valueOf(measured: Measured, metric: MetricName): number {
  return measured.metrics[metric]?.value ?? NaN;
}

function expectValues(
  measured: Measured,
  expected: Readonly<Record<string, number>>,
  metrics: readonly MetricName[],
): void {
  for (const metric of metrics) {
    const known = expected[metric]!;
    const difference = Math.abs(valueOf(measured, metric) - known) / Math.max(1, Math.abs(known));
    expect(difference, `${metric} ${valueOf(measured, metric)}, known ${known}`).toBeLessThan(1e-9);
  }
}

describe.skipIf(!hasCensusData)('realized performance of the US Census stream against NannyML 0.13.1', () => {
  const NANNYML: readonly MetricName[] = [
    'roc_auc',
    'f1',
    'precision',
    'recall',
    'specificity',
    'accuracy',
    'average_precision',
  ];
  let table: TextColumns;
  let chunks: Measured[];

  beforeAll(() => {
    table = readCensusColumns('expected-nannyml-realized.csv');
    const targets = readCensusColumns('analysis-targets.csv.gz');
    const labelOf = new Map(targets.get('id')!.map((id, i) => [id, Number(targets.get('employed')![i])]));
    const reference = readCensusColumns('reference.csv.gz');
    const analysis = readCensusColumns('analysis.csv.gz');
    const later = Float64Array.from(analysis.get('id')!, (id) => labelOf.get(id) ?? NaN);
    expect(later.some(Number.isNaN)).toBe(false);
    chunks = [...measureChunks(reference, numbers(reference, 'employed')), ...measureChunks(analysis, later)];
  });

  function measureChunks(columns: TextColumns, labels: Float64Array): Measured[] {
    const [scores, decisions] = [numbers(columns, 'predicted_probability'), numbers(columns, 'prediction')];
    return chunksOf(labels.length).map(([from, to]) => {
      return measureBinary(scores.subarray(from, to), labels.subarray(from, to), decisions.subarray(from, to));
    });
  }

  it.each(NANNYML)('gives %s of all 56 chunks to 1e-6', (metric) => {
    const known = numbers(table, `${metric}_value`);
    expect(chunks).toHaveLength(56);
    expect(known).toHaveLength(56);
    const worst = Math.max(...chunks.map((chunk, i) => Math.abs(valueOf(chunk, metric) - known[i]!)));
    expect(worst).toBeLessThan(1e-6);
  });
});

type Answers = Readonly<Record<string, number>> & {
  readonly 'at_0.5'?: Readonly<Record<string, number>>;
  readonly given_pred?: Readonly<Record<string, number>>;
  readonly confusion?: readonly (readonly number[])[];
  readonly classes?: readonly string[];
};

interface KnownAnswers {
  readonly reference: { readonly performance: Answers };
  readonly size_chunks: readonly {
    readonly rows: number;
    readonly first_row_id: number;
    readonly performance: Answers;
  }[];
}

/** The parts of a stream with known performance: the reference, then its chunks; `from` and `to` are row numbers. */
function knownParts(name: string): { readonly from: number; readonly to: number; readonly answers: Answers }[] {
  const known = readAnswers(`${name}/expected.json.gz`) as KnownAnswers;
  const parts = readColumns(`${name}/stream.csv.gz`).get('part')!;
  const chunks = known.size_chunks.map(({ rows, first_row_id: from, performance: answers }) => {
    return { from, to: from + rows, answers };
  });
  return [
    { from: parts.indexOf('reference'), to: parts.lastIndexOf('reference') + 1, answers: known.reference.performance },
    ...chunks,
  ];
}

/** Labels in the order of the stream's rows. */
function labelsOf(name: string): readonly string[] {
  const labels = readColumns(`${name}/labels.csv.gz`);
  expect(labels.get('row_id')!.every((id, i) => id === String(i))).toBe(true);
  return labels.get('label')!;
}

describe.skipIf(!hasStreams)('realized performance of streams against scikit-learn', () => {
  /**
   * What a row of a sure and wrong score adds to the log loss: the answers were clipped at 1e-15 and 1 - 1e-15 (a double near it), where
   * today's scikit-learn clips at 2^-52 and 1 - 2^-52.
   */
  const MORE_AT_0 = Math.log(1e-15) - Math.log(2 ** -52);
  const MORE_AT_1 = Math.log(1 - (1 - 1e-15)) - Math.log(2 ** -52);

  it.each([
    ['car_loan', 'stream.csv.gz', 'y_pred_proba', 'y_pred', '1'],
    ['hotel_nannyml', 'stream.csv.gz', 'y_pred_proba', 'y_pred', '1'],
    ['elec2', 'mlp-predictions.csv.gz', 'p_up', undefined, 'UP'],
  ] as const)('gives the binary metrics of %s in every chunk to 1e-9', (name, file, score, decision, positive) => {
    const columns = readColumns(`${name}/${file}`);
    const scores = numbers(columns, score);
    const labels = Float64Array.from(labelsOf(name), (label) => (label === positive ? 1 : 0));
    for (const { from, to, answers } of knownParts(name)) {
      const [s, y] = [scores.subarray(from, to), labels.subarray(from, to)];
      const own = measureBinary(s, y);
      expect([own.rows, answers['n']]).toEqual([to - from, to - from]);
      expectValues(own, answers, ['roc_auc', 'average_precision', 'brier']);
      const wrongAt0 = s.filter((value, i) => value === 0 && y[i] === 1).length;
      const wrongAt1 = s.filter((value, i) => value === 1 && y[i] === 0).length;
      const more = (wrongAt0 * MORE_AT_0 + wrongAt1 * MORE_AT_1) / s.length;
      expect(valueOf(own, 'log_loss')).toBeCloseTo(answers['log_loss']! + more, 9);
      expectDecisions(own, answers['at_0.5']!);
      if (decision === undefined) continue;
      expectDecisions(measureBinary(s, y, numbers(columns, decision).subarray(from, to)), answers.given_pred!);
    }
  });

  function expectDecisions(own: Measured, { tp, fp, tn, fn, ...answers }: Readonly<Record<string, number>>): void {
    expect(own.confusion).toEqual({ tp, fp, tn, fn });
    expectValues(own, answers, ['accuracy', 'precision', 'recall', 'f1']);
  }

  it('gives the multiclass metrics of credit_card_mc in every chunk to 1e-9', () => {
    const columns = readColumns('credit_card_mc/stream.csv.gz');
    const labels = labelsOf('credit_card_mc');
    const predicted = columns.get('y_pred')!;
    for (const { from, to, answers } of knownParts('credit_card_mc')) {
      const classes = answers.classes!;
      const scores = classes.map((label) => numbers(columns, `y_pred_proba_${label}`));
      const indexesOf = (texts: readonly string[]): Int32Array =>
        Int32Array.from(texts.slice(from, to), (text) => classes.indexOf(text));
      const rows = {
        classes,
        scores: Float64Array.from({ length: (to - from) * classes.length }, (_, i) => {
          return scores[i % classes.length]![from + Math.floor(i / classes.length)]!;
        }),
        labels: indexesOf(labels),
        predicted: indexesOf(predicted),
        weights: ones(to - from),
      };
      const own = measureLabeled({ task: 'multiclass', rows }, { seed: 1 });
      const { roc_auc_ovr_macro: roc_auc, f1_macro: f1, accuracy } = answers;
      expectValues(own, { roc_auc: roc_auc!, f1: f1!, accuracy: accuracy! }, ['roc_auc', 'f1', 'accuracy']);
      const sureAndWrong = rows.labels.filter((label, i) => rows.scores[i * classes.length + label] === 0).length;
      const logLoss = answers['log_loss']! + (sureAndWrong / rows.labels.length) * MORE_AT_0;
      expect(valueOf(own, 'log_loss')).toBeCloseTo(logLoss, 9);
      expect(own.classes!.map(({ support }) => support)).toEqual(
        answers.confusion!.map((row) => row.reduce((sum, count) => sum + count, 0)),
      );
    }
  });

  it.each([
    ['car_price', 'stream.csv.gz'],
    ['bike', 'naive-predictions.csv.gz'],
  ])('gives the metrics of the regression of %s in every chunk to 1e-9', (name, file) => {
    const predictions = numbers(readColumns(`${name}/${file}`), 'y_pred');
    const labels = Float64Array.from(labelsOf(name), Number);
    for (const { from, to, answers } of knownParts(name)) {
      const rows = {
        predictions: predictions.slice(from, to),
        labels: labels.slice(from, to),
        weights: ones(to - from),
      };
      const own = measureLabeled({ task: 'regression', rows }, { seed: 1 });
      expectValues(own, answers, ['mae', 'mse', 'rmse', 'mape', 'r2', 'bias']);
    }
  });
});
