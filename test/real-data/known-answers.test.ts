import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type EncodedProfile, nextDown } from '@prumo/agent/profile';
import { layoutCounts, mergeToPartition } from '../../collector/src/domain/drift/cells.ts';
import { sortUnique } from '../../collector/src/domain/drift/layout/decile-bounds.ts';
import { observeProfile } from '../../collector/src/domain/drift/observe-profile.ts';
import { adoptLayout } from '../../collector/src/domain/drift/reference-building/adopt-layout.ts';
import { buildReferenceField } from '../../collector/src/domain/drift/reference-building/build-reference-field.ts';
import type { ReferenceField } from '../../collector/src/domain/drift/reference.ts';
import { computeStatistics } from '../../collector/src/domain/drift/statistics/compute-statistics.ts';
import { computeJensenShannon } from '../../collector/src/domain/drift/statistics/jensen-shannon.ts';

const folder = path.resolve(import.meta.dirname, '../../../shared/data');
const SETS = ['elec2', 'bike', 'hotel_nannyml', 'car_loan'];
const OUTPUTS: Readonly<Record<string, string>> = { elec2: 'mlp-predictions.csv.gz', bike: 'naive-predictions.csv.gz' };

interface Facts {
  readonly n_cur: number;
  readonly ks: number;
  readonly wasserstein: number;
  readonly bin_counts: readonly number[];
  readonly js: number;
  readonly chi2: number;
  readonly linf: number;
}

interface Chunk {
  readonly rows: number;
  readonly first_row_id: number;
  readonly drift: Readonly<Record<string, Facts>>;
}

interface Expected {
  readonly reference: {
    readonly features: Readonly<
      Record<string, { type: string; mean: number; std: number; inner_edges: number[]; bin_counts: number[] }>
    >;
  };
  readonly size_chunks: readonly Chunk[];
  readonly month_chunks: readonly Chunk[];
}

function readText(...parts: string[]): string {
  return gunzipSync(readFileSync(path.join(folder, ...parts)))
    .toString('utf8')
    .trimEnd();
}

function readColumns(...parts: string[]): Map<string, string[]> {
  const [head = '', ...lines] = readText(...parts).split('\n');
  const names = head.split(',');
  const rows = lines.map((line) => line.split(','));
  if (rows.some((row) => row.length !== names.length)) throw new Error(`${parts.join('/')} needs a real CSV reader`);
  return new Map(names.map((name, index) => [name, rows.map((row) => row[index]!)]));
}

interface DataSet {
  readonly texts: (name: string, first: number, rows: number) => string[];
  readonly reference: { readonly first: number; readonly rows: number };
  readonly expected: Expected;
}

function readSet(name: string): DataSet {
  const columns = readColumns(name, 'stream.csv.gz');
  const outputs = OUTPUTS[name];
  if (outputs !== undefined) for (const [key, texts] of readColumns(name, outputs)) columns.set(key, texts);
  const part = columns.get('part')!;
  const first = part.indexOf('reference');
  return {
    texts: (field, from, rows) => columns.get(field)!.slice(from, from + rows),
    reference: { first, rows: part.lastIndexOf('reference') + 1 - first },
    expected: JSON.parse(readText(name, 'expected.json.gz')) as Expected,
  };
}

function nearest(bounds: readonly number[], value: number): number {
  return bounds.reduce((best, bound) => (Math.abs(bound - value) < Math.abs(best - value) ? bound : best));
}

function build(name: string, isNumeric: boolean, texts: readonly string[], kept?: ReferenceField): ReferenceField {
  return buildReferenceField({
    name,
    role: /^(y_pred|p_up)/.test(name) ? 'output' : 'input',
    elementType: isNumeric ? 'float64' : 'string',
    column: isNumeric
      ? { type: 'numeric', values: Float64Array.from(texts, Number) }
      : { type: 'categorical', values: texts },
    chunkRows: [texts.length],
    options: kept === undefined ? {} : { layout: adoptLayout(kept) },
  }).field;
}

const isPresent = existsSync(folder);
if (!isPresent) process.stdout.write('skipped: the data streams of ../shared/data are not beside this repository\n');

describe.skipIf(!isPresent).each(SETS)('%s against numpy and scipy', (set) => {
  const data = isPresent ? readSet(set) : undefined;
  const features = Object.entries(data?.expected.reference.features ?? {});
  const { reference, expected, texts } = data ?? ({} as DataSet);

  function chunksOf(field: ReferenceField, isNumeric: boolean): { facts: Facts; profile: EncodedProfile }[] {
    return [...expected.size_chunks, ...expected.month_chunks].map((chunk) => ({
      facts: chunk.drift[field.name]!,
      profile: build(field.name, isNumeric, texts(field.name, chunk.first_row_id, chunk.rows), field).profile,
    }));
  }

  it.each(features.filter(([, { type }]) => type === 'numeric'))('numeric %s', (name, facts) => {
    const field = build(name, true, texts(name, reference.first, reference.rows));
    expect(field.moments!.mean).toBeCloseTo(facts.mean, 9);
    const bounds = field.layout.kind === 'edges' ? field.layout.bounds : [];
    // Versions of numpy differ in the last bit of a quantile.
    const deciles = sortUnique(facts.inner_edges.map((edge) => nearest(field.partitions!.deciles, nextDown(edge))));
    deciles.forEach((bound, i) =>
      expect(Math.abs(bound - facts.inner_edges[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, bound)),
    );
    const merge = (profile: EncodedProfile): number[] => [
      ...mergeToPartition(bounds, layoutCounts(field, profile).counts, deciles),
    ];
    const { min, max, std } = field.moments!;
    const unit = max > min ? std : Math.abs(max);
    expect(merge(field.profile)).toEqual(facts.bin_counts);
    for (const chunk of chunksOf(field, true)) {
      expect(merge(chunk.profile)).toEqual(chunk.facts.bin_counts);
      const observed = observeProfile(field, chunk.profile);
      expect(computeJensenShannon(facts.bin_counts, merge(chunk.profile))).toBeCloseTo(chunk.facts.js, 9);
      const { ks, wasserstein } = computeStatistics(field, observed) as {
        ks: number;
        wasserstein: number;
      };
      expect(ks).toBeLessThanOrEqual(chunk.facts.ks + 1e-9);
      // Cells hold about half a percent of the rows, and the noise in one grows as the window shrinks.
      expect(ks).toBeGreaterThan(chunk.facts.ks - 3e-3 * Math.max(1, Math.sqrt(5000 / chunk.facts.n_cur)));
      const error = (wasserstein - chunk.facts.wasserstein) / unit;
      // A window far from the reference lies in few of its cells: there the mean helps, to some percent of the distance.
      expect(Math.abs(error)).toBeLessThan(2e-3 + 0.08 * (chunk.facts.wasserstein / unit));
    }
  });

  it.each(features.filter(([, { type }]) => type === 'categorical'))('categorical %s', (name) => {
    const field = build(name, false, texts(name, reference.first, reference.rows));
    for (const chunk of chunksOf(field, false)) {
      const observed = observeProfile(field, chunk.profile);
      const statistics = computeStatistics(field, observed) as { js: number; chi2: number; lInfinity: number };
      expect(statistics.js).toBeCloseTo(chunk.facts.js, 9);
      // Prumo puts all new categories into one cell.
      if (observed.unseen.size > 1) continue;
      expect(statistics.lInfinity).toBeCloseTo(chunk.facts.linf, 9);
      expect(statistics.chi2 / Math.max(1, chunk.facts.chi2)).toBeCloseTo(
        chunk.facts.chi2 / Math.max(1, chunk.facts.chi2),
        9,
      );
    }
  });
});
