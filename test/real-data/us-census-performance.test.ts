import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PerformanceRow } from '../../collector/src/api/performance.ts';
import { startServe, type ServedCollector } from '../end-to-end/prumo-process.ts';
import { makeScratchFolder } from '../end-to-end/scratch-folder.ts';

const DATA = path.resolve(import.meta.dirname, '../../../shared/data/us-census');
const isThere = existsSync(DATA);
if (!isThere) process.stderr.write(`skipped: the US Census stream is absent (${DATA})\n`);

const CODES = 'SCHL MAR RELP DIS ESP CIT MIG MIL ANC NATIVITY DEAR DEYE DREM SEX RAC1P'.split(' ');
const METRICS = ['roc_auc', 'f1', 'precision', 'recall', 'specificity', 'accuracy', 'average_precision'] as const;

const MODEL_FILE = `
model: us-census
version: "1"
task: binary
id: id
label: employed
inputs:
  AGEP: { type: numeric }
${CODES.map((code) => `  ${code}: { type: categorical }`).join('\n')}
outputs:
  predicted_probability: { type: numeric, role: score, class: 1, threshold: 0.5 }
  prediction: { type: categorical, role: label }
ignore: [year]
windows: { drift: 1h, performance: 1h }
`;

/** Chunks of the reference, each in a window of its own, before those of the analysis. */
const REFERENCE_CHUNKS = 14;
const CHUNKS = 56;
/** Chunks of the analysis with the event. */
const EVENT = [27, 28];

/** Values of a metric by chunk, as NannyML exports them. */
function readValues(file: string, metric: string): number[] {
  const [head = '', ...lines] = readFileSync(path.join(DATA, file), 'utf8').trimEnd().split('\n');
  const column = head.split(',').indexOf(`${metric}_value`);
  expect(column).toBeGreaterThanOrEqual(0);
  return lines.map((line) => Number(line.split(',')[column]));
}

describe.skipIf(!isThere)('performance on the US Census stream, through the commands', () => {
  const scratch = makeScratchFolder();
  const which = ['--model', 'us-census', '--version', '1'];
  const inRuns = ['--window', '1h', '--rows-per-window', '5000', '--wait'];
  let collector: ServedCollector;
  let estimated: PerformanceRow[];
  let realized: PerformanceRow[];
  let concept: PerformanceRow[];

  beforeAll(async () => {
    collector = await startServe(scratch.folder);
    const file = path.join(scratch.folder, 'prumo.model.yaml');
    await writeFile(file, MODEL_FILE);
    const data = (name: string): string => path.join(DATA, name);
    await collector.ask('model', 'register', file);
    await collector.ask(
      'baseline',
      ...which,
      '--kind',
      'heldout',
      '--rows-per-chunk',
      '5000',
      data('reference.csv.gz'),
    );
    const first = ['--start', '2024-01-01T00:00:00Z', '--with-labels'];
    await collector.ask('backfill', ...which, data('reference.csv.gz'), ...first, ...inRuns);
    await collector.ask('backfill', ...which, data('analysis.csv.gz'), '--start', '2024-01-02T00:00:00Z', ...inRuns);
    estimated = await collector.ask('performance', '--model', 'us-census', '--kind', 'estimated');
    const labels = ['--model', 'us-census', '--id', 'id', '--label', 'employed'];
    await collector.ask('labels', 'import', data('analysis-targets.csv.gz'), ...labels);
    realized = await collector.ask('performance', '--model', 'us-census', '--kind', 'realized');
    concept = await collector.ask('performance', '--model', 'us-census', '--kind', 'concept');
  }, 280_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  it.each(METRICS)('estimates %s as NannyML does, in all chunks', (metric) => {
    const allowed = metric === 'roc_auc' ? 1e-3 : 2e-3;
    const expected = readValues('expected-nannyml-cbpe.csv', metric);
    expect(estimated).toHaveLength(CHUNKS);
    expect(expected).toHaveLength(CHUNKS);
    const differences = estimated.map((row, chunk) => Math.abs((row.metrics[metric]?.value ?? NaN) - expected[chunk]!));
    expect(Math.max(...differences)).toBeLessThan(allowed);
  });

  it.each(METRICS)('realizes %s to 1e-6', (metric) => {
    const expected = readValues('expected-nannyml-realized.csv', metric);
    expect(realized).toHaveLength(CHUNKS);
    const differences = realized.map((row, chunk) => Math.abs((row.metrics[metric]?.value ?? NaN) - expected[chunk]!));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });

  it('calls the estimate off in the two chunks of the event, and in no other of the analysis', () => {
    const analysis = estimated.slice(REFERENCE_CHUNKS);
    const off = analysis.flatMap((row, chunk) => (row.metrics.roc_auc?.verdict === 'ok' ? [] : [chunk]));
    expect(off).toEqual(EVENT);
    expect(analysis.map(({ verdict }) => verdict)).toEqual(analysis.map(({ metrics }) => metrics.roc_auc?.verdict));
  });

  it('shows intervals, limits and coverage with every number', () => {
    for (const row of [...estimated, ...realized]) {
      for (const metric of METRICS) {
        const { value, low, high, lowerLimit, upperLimit, expected } = row.metrics[metric]!;
        expect(low).toBeLessThanOrEqual(value!);
        expect(high).toBeGreaterThanOrEqual(value!);
        expect(lowerLimit).toBeLessThan(expected!);
        expect(upperLimit).toBeGreaterThan(expected!);
      }
    }
    expect(realized.every(({ coverage, mature, labels, rows }) => coverage === 1 && mature && labels === rows)).toBe(
      true,
    );
    expect(estimated.every(({ coverage, labels }) => coverage === null && labels === 0)).toBe(true);
  });

  it('compares the labels with the estimate on the same rows', () => {
    expect(concept).toHaveLength(CHUNKS);
    for (const [chunk, row] of concept.entries()) {
      const { value, realized: labeled, estimated: guessed } = row.metrics.roc_auc!;
      expect(labeled).toBeCloseTo(realized[chunk]!.metrics.roc_auc!.value!, 12);
      expect(value).toBeCloseTo(labeled! - guessed!, 12);
      // All rows have labels: the estimate on them is the estimate of the window.
      expect(guessed).toBeCloseTo(estimated[chunk]!.metrics.roc_auc!.value!, 6);
    }
  });
});
