import { beforeAll, describe, expect, it } from 'vitest';
import type { EncodedProfile } from '@prumo/agent/profile';
import { observeProfile } from '../../collector/src/domain/drift/observe-profile.ts';
import { buildReferenceField } from '../../collector/src/domain/drift/reference-building/build-reference-field.ts';
import type { ReferenceColumn } from '../../collector/src/domain/drift/reference-building/reference-column.ts';
import { isRefused, type ModeStatistic } from '../../collector/src/domain/drift/modes/mode-result.ts';
import { measureNannyml } from '../../collector/src/domain/drift/modes/nannyml.ts';
import type { ReferenceField } from '../../collector/src/domain/drift/reference.ts';
import { computeStatistics } from '../../collector/src/domain/drift/statistics/compute-statistics.ts';
import type { StatisticName } from '../../collector/src/domain/drift/verdict.ts';
import { hasCensusData, readCensusColumns, type TextColumns } from './census-data.ts';

const CHUNK_ROWS = 5000;
const NUMERIC = ['AGEP', 'predicted_probability'];
const CATEGORICAL = [
  ...[
    'SCHL',
    'MAR',
    'RELP',
    'DIS',
    'ESP',
    'CIT',
    'MIG',
    'MIL',
    'ANC',
    'NATIVITY',
    'DEAR',
    'DEYE',
    'DREM',
    'SEX',
    'RAC1P',
  ],
  'prediction',
];
const NANNYML_NAME: Readonly<Partial<Record<StatisticName, string>>> = {
  js: 'jensen_shannon',
  hellinger: 'hellinger',
  ks: 'kolmogorov_smirnov',
  wasserstein: 'wasserstein',
  lInfinity: 'l_infinity',
  chi2: 'chi2',
};

interface Judged {
  readonly field: ReferenceField;
  /** Profiles of the chunks of the reference, then of the analysis. */
  readonly chunks: readonly EncodedProfile[];
}

function toColumn(name: string, texts: readonly string[]): ReferenceColumn {
  if (NUMERIC.includes(name)) return { type: 'numeric', values: Float64Array.from(texts, Number) };
  return { type: 'categorical', values: texts };
}

function splitRows(rows: number): number[] {
  return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, i) => Math.min(CHUNK_ROWS, rows - i * CHUNK_ROWS));
}

function judgeField(name: string, reference: TextColumns, analysis: TextColumns): Judged {
  const build = (texts: readonly string[], layout?: ReferenceField): ReferenceField =>
    buildReferenceField({
      name,
      role: name.startsWith('predict') ? 'output' : 'input',
      elementType: NUMERIC.includes(name) ? 'float64' : 'string',
      column: toColumn(name, texts),
      chunkRows: splitRows(texts.length),
      options:
        name === 'predicted_probability'
          ? { thresholds: [0.5], ...(layout && { layout }) }
          : { ...(layout && { layout }) },
    }).field;
  const field = build(reference.get(name) ?? []);
  const later = build(analysis.get(name) ?? [], field);
  return { field, chunks: [...field.chunks, ...later.chunks] };
}

if (!hasCensusData)
  process.stdout.write('skipped: the US Census data of ../shared/data are not beside this repository\n');

describe.skipIf(!hasCensusData)('US Census stream against NannyML 0.13.1', () => {
  let judged: ReadonlyMap<string, Judged>;
  let expected: TextColumns;
  let expectedJs: TextColumns;

  beforeAll(() => {
    const reference = readCensusColumns('reference.csv.gz');
    const analysis = readCensusColumns('analysis.csv.gz');
    judged = new Map([...NUMERIC, ...CATEGORICAL].map((name) => [name, judgeField(name, reference, analysis)]));
    expected = readCensusColumns('expected-nannyml-all-methods.csv');
    expectedJs = readCensusColumns('expected-nannyml-js.csv');
  });

  function measure(name: string, statistic: StatisticName): ModeStatistic[] {
    const { field, chunks } = judged.get(name)!;
    return chunks.map((chunk) => {
      const answer = measureNannyml(field, observeProfile(field, chunk)).statistics[statistic];
      if (answer === undefined || isRefused(answer)) throw new Error(`${name} ${statistic} was refused`);
      return answer;
    });
  }

  function expectedNumbers(table: TextColumns, name: string, statistic: StatisticName, what: string): number[] {
    const column = table.get(`${name}_${NANNYML_NAME[statistic]}_${what}`);
    if (column === undefined) throw new Error(`no column for ${name} ${statistic}`);
    return column.map((text) => (text === '' ? NaN : Number(text)));
  }

  function worstError(name: string, statistic: StatisticName, table = expected): number {
    const values = expectedNumbers(table, name, statistic, 'value');
    const own = measure(name, statistic).map(({ value }) => value);
    expect(own).toHaveLength(56);
    return Math.max(...own.map((value, i) => Math.abs(value - values[i]!)));
  }

  it('gives the default Jensen-Shannon of all 16 features in all 56 chunks to 1e-6', () => {
    const features = [...expectedJs.keys()].filter((key) => key.endsWith('_value')).map((key) => key.split('_')[0]!);
    expect(features).toHaveLength(16);
    for (const name of features) expect(worstError(name, 'js', expectedJs), name).toBeLessThan(1e-6);
  });

  it.each([...NUMERIC, ...CATEGORICAL])('gives Jensen-Shannon and Hellinger of %s to 1e-6', (name) => {
    expect(worstError(name, 'js')).toBeLessThan(1e-6);
    expect(worstError(name, 'hellinger')).toBeLessThan(1e-6);
  });

  it.each(CATEGORICAL)('gives L-infinity and chi-square of %s to 1e-6, and its alarms', (name) => {
    expect(worstError(name, 'lInfinity')).toBeLessThan(1e-6);
    const values = expectedNumbers(expected, name, 'chi2', 'value');
    const own = measure(name, 'chi2');
    own.forEach(({ value }, i) => expect(Math.abs(value - values[i]!) / Math.max(1, values[i]!)).toBeLessThan(1e-6));
    const alarms = expected.get(`${name}_chi2_alert`)!.map((text) => text.toLowerCase() === 'true');
    expect(own.map(({ drifted }) => drifted)).toEqual(alarms);
  });

  it('gives Kolmogorov-Smirnov within 2e-3 on the score, exact on whole years', () => {
    expect(worstError('predicted_probability', 'ks')).toBeLessThan(2e-3);
    expect(worstError('AGEP', 'ks')).toBeLessThan(1e-6);
  });

  it('gives Wasserstein within 5e-4 on the score and 0.02 years on the age', () => {
    expect(worstError('predicted_probability', 'wasserstein')).toBeLessThan(5e-4);
    expect(worstError('AGEP', 'wasserstein')).toBeLessThan(0.02);
  });

  it.each([...NUMERIC, ...CATEGORICAL])(
    'alarms on %s by Jensen-Shannon where NannyML does, at its threshold',
    (name) => {
      const own = measure(name, 'js');
      const limits = expectedNumbers(expected, name, 'js', 'upper_threshold');
      own.forEach(({ threshold }, i) => expect(threshold).toBeCloseTo(limits[i]!, 6));
      const alarms = expected.get(`${name}_jensen_shannon_alert`)!.map((text) => text.toLowerCase() === 'true');
      expect(own.map(({ drifted }) => drifted)).toEqual(alarms);
    },
  );

  it('agrees with its own mode where nothing is missing, unseen or out of range', () => {
    for (const name of ['AGEP', 'predicted_probability', 'SCHL']) {
      const { field, chunks } = judged.get(name)!;
      const own = measure(name, 'js');
      chunks.slice(0, 14).forEach((chunk, i) => {
        expect(computeStatistics(field, observeProfile(field, chunk)).js).toBeCloseTo(own[i]!.value, 12);
      });
    }
  });
});
