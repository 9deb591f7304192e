import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftRow } from '../../collector/src/api/drift.ts';
import { findDifferences, readNannymlTable } from '../end-to-end/nannyml-table.ts';
import { startServe, type ServedCollector } from '../end-to-end/prumo-process.ts';
import { makeScratchFolder } from '../end-to-end/scratch-folder.ts';

const DATA = path.resolve(import.meta.dirname, '../../../shared/data/us-census');
const isThere = existsSync(DATA);
if (!isThere) process.stderr.write(`skipped: the US Census stream is absent (${DATA})\n`);

const CODES = 'SCHL MAR RELP DIS ESP CIT MIG MIL ANC NATIVITY DEAR DEYE DREM SEX RAC1P'.split(' ');

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
windows: { drift: 1h }
`;

/** Chunks of the reference, each in a window of its own, before those of the analysis. */
const REFERENCE_CHUNKS = 14;
const CHUNKS = 56;

describe.skipIf(!isThere)('the US Census stream through the commands', () => {
  const scratch = makeScratchFolder();
  const which = ['--model', 'us-census', '--version', '1'];
  const inRuns = ['--window', '1h', '--rows-per-window', '5000', '--wait'];
  let collector: ServedCollector;
  let nannyml: DriftRow[];
  let own: DriftRow[];

  beforeAll(async () => {
    collector = await startServe(scratch.folder);
    const file = path.join(scratch.folder, 'prumo.model.yaml');
    await writeFile(file, MODEL_FILE);
    const [reference, analysis] = ['reference.csv.gz', 'analysis.csv.gz'].map((name) => path.join(DATA, name));
    await collector.ask('model', 'register', file);
    await collector.ask('baseline', ...which, '--kind', 'heldout', '--rows-per-chunk', '5000', reference!);
    await collector.ask('backfill', ...which, reference!, '--start', '2024-01-01T00:00:00Z', ...inRuns);
    await collector.ask('backfill', ...which, analysis!, '--start', '2024-01-02T00:00:00Z', ...inRuns);
    nannyml = await collector.ask('drift', '--model', 'us-census', '--mode', 'nannyml', '--window', '1h');
    own = await collector.ask('drift', '--model', 'us-census', '--mode', 'prumo');
  }, 180_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  it('gives the default Jensen-Shannon of NannyML for all 16 features in all 56 chunks', () => {
    const table = readNannymlTable(path.join(DATA, 'expected-nannyml-js.csv'));
    expect(table.chunks).toBe(CHUNKS);
    expect(table.fieldsWith('js').toSorted()).toEqual(['AGEP', ...CODES].toSorted());
    expect(findDifferences(nannyml, table, 'js', 1e-6)).toEqual([]);
  });

  it.each([
    ['js', 18, 1e-6],
    ['hellinger', 18, 1e-6],
    ['lInfinity', 16, 1e-6],
    ['chi2', 16, 1e-6],
    ['ks', 2, 2e-3],
  ] as const)('gives %s of NannyML for %i fields within %d', (statistic, fields, allowed) => {
    const table = readNannymlTable(path.join(DATA, 'expected-nannyml-all-methods.csv'));
    expect(table.fieldsWith(statistic)).toHaveLength(fields);
    expect(findDifferences(nannyml, table, statistic, allowed)).toEqual([]);
  });

  it('gives Wasserstein of NannyML within 5e-4 on the score and 0.02 years on the age', () => {
    const table = readNannymlTable(path.join(DATA, 'expected-nannyml-all-methods.csv'));
    expect(table.fieldsWith('wasserstein').toSorted()).toEqual(['AGEP', 'predicted_probability']);
    const allowed = (field: string): number => (field === 'AGEP' ? 0.02 : 5e-4);
    expect(findDifferences(nannyml, table, 'wasserstein', allowed)).toEqual([]);
  });

  /** Verdicts of Prumo by chunk of the analysis, which counts from 0; those of the reference are negative. */
  function verdictsByChunk(): Map<number, DriftRow[]> {
    const starts = [...new Set(own.map(({ window }) => window.start))].toSorted();
    expect(starts).toHaveLength(CHUNKS);
    return new Map(starts.map((start, i) => [i - REFERENCE_CHUNKS, own.filter((row) => row.window.start === start)]));
  }

  it('calls the two chunks of the event critical, by the fields that moved', () => {
    const chunks = verdictsByChunk();
    const criticalIn = (chunk: number): string[] =>
      (chunks.get(chunk) ?? [])
        .filter(({ verdict }) => verdict === 'critical')
        .map(({ field }) => field)
        .toSorted();
    const inBoth = ['AGEP', 'MAR', 'MIG', 'RELP', 'SCHL', 'predicted_probability', 'prediction'];
    expect(criticalIn(27)).toEqual([...inBoth, 'DREM', 'ESP', 'MIL'].toSorted());
    expect(criticalIn(28)).toEqual(inBoth);
  });

  it('flags at most 1 % of the rest, apart from RELP, whose codes changed for good after the reference', () => {
    const quiet = [...verdictsByChunk()]
      .filter(([chunk]) => chunk < 26 || chunk > 29)
      .flatMap(([, rows]) => rows.filter(({ field }) => field !== 'RELP'));
    expect(quiet).toHaveLength((CHUNKS - 4) * 17);
    const flagged = quiet.filter(({ verdict }) => verdict !== 'ok');
    expect(flagged.length, flagged.map(({ field, reason }) => `${field}: ${reason}`).join('; ')).toBeLessThanOrEqual(
      quiet.length / 100,
    );
  });

  it('sees the changed codes of RELP from the first chunk after the reference on', () => {
    const relp = own.filter(({ field }) => field === 'RELP');
    const critical = relp.filter(({ verdict }) => verdict === 'critical').map(({ window }) => window.start);
    expect(relp.slice(0, REFERENCE_CHUNKS).every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(critical.length).toBeGreaterThanOrEqual(2);
  });
});
