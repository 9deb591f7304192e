import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftRow } from '../../collector/src/api/drift.ts';
import { findDifferences, readNannymlTable } from './nannyml-table.ts';
import { startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const FOLDER = path.join(import.meta.dirname, 'known-answers');
const NUMERIC = ['amount', 'balance', 'age', 'dependents', 'term', 'score'];
/** Few enough values for a cell each. */
const WHOLE_NUMBERS = ['age', 'dependents', 'term'];
const CATEGORICAL = ['region', 'product', 'returning', 'decision'];

const MODEL_FILE = `
model: known-answers
version: "1"
task: binary
inputs:
  amount: { type: numeric, min: 0 }
  balance: { type: numeric }
  age: { type: numeric }
  dependents: { type: numeric, dtype: int64 }
  term: { type: numeric }
  region: { type: categorical }
  product: { type: categorical }
  returning: { type: categorical }
outputs:
  score: { type: numeric, role: score, class: 1, threshold: 0.5 }
  decision: { type: categorical, role: label }
windows: { drift: 1h }
`;

/** Standard deviations of the reference, which a Wasserstein distance is told in. */
const DEVIATIONS: Readonly<Record<string, number>> = {
  amount: 193,
  balance: 868,
  age: 12.8,
  dependents: 1.05,
  term: 2.7,
  score: 0.216,
};

describe('a data set with answers from numpy and scipy, through the commands', () => {
  const scratch = makeScratchFolder();
  const table = readNannymlTable(path.join(FOLDER, 'expected.csv'));
  let collector: ServedCollector;
  let drift: DriftRow[];

  beforeAll(async () => {
    collector = await startServe(scratch.folder);
    const file = path.join(scratch.folder, 'prumo.model.yaml');
    await writeFile(file, MODEL_FILE);
    const which = ['--model', 'known-answers', '--version', '1'];
    const [reference, analysis] = ['reference.csv', 'analysis.csv'].map((name) => path.join(FOLDER, name));
    await collector.ask('model', 'register', file);
    await collector.ask('baseline', ...which, '--kind', 'heldout', '--rows-per-chunk', '600', reference!);
    const inRuns = ['--window', '1h', '--rows-per-window', '600', '--wait'];
    await collector.ask('backfill', ...which, reference!, '--start', '2024-01-01T00:00:00Z', ...inRuns);
    await collector.ask('backfill', ...which, analysis!, '--start', '2024-01-02T00:00:00Z', ...inRuns);
    drift = await collector.ask('drift', '--model', 'known-answers', '--mode', 'nannyml', '--window', '1h');
  }, 120_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  it.each(['js', 'hellinger'] as const)('gives %s of every field', (statistic) => {
    expect(table.fieldsWith(statistic)).toEqual([...NUMERIC, ...CATEGORICAL]);
    expect(findDifferences(drift, table, statistic, 1e-6)).toEqual([]);
  });

  it.each(['lInfinity', 'chi2'] as const)('gives %s of every categorical field', (statistic) => {
    expect(table.fieldsWith(statistic)).toEqual(CATEGORICAL);
    expect(findDifferences(drift, table, statistic, 1e-6)).toEqual([]);
  });

  it('gives Kolmogorov-Smirnov exactly on few distinct values, within 2e-3 on the score, else within 4e-3', () => {
    expect(table.fieldsWith('ks')).toEqual(NUMERIC);
    // Windows of 600 rows: one row alone moves it by 1.7e-3.
    const allowed = (field: string): number => (WHOLE_NUMBERS.includes(field) ? 1e-9 : field === 'score' ? 2e-3 : 4e-3);
    expect(findDifferences(drift, table, 'ks', allowed)).toEqual([]);
  });

  it('gives Wasserstein within 1 % of the standard deviation of the reference', () => {
    expect(table.fieldsWith('wasserstein')).toEqual(NUMERIC);
    const allowed = (field: string): number => (DEVIATIONS[field] ?? 0) / 100;
    expect(findDifferences(drift, table, 'wasserstein', allowed)).toEqual([]);
  });
});
