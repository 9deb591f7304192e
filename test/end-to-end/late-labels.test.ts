import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentAnswer } from '../../collector/src/api/incident.ts';
import type { PerformanceRow } from '../../collector/src/api/performance.ts';
import { createRandom } from '../../collector/src/domain/drift/significance/random.ts';
import { startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const MODEL_FILE = `
model: loans
version: "1"
task: binary
id: loan
time: at
label: defaulted
inputs:
  income: { type: numeric }
outputs:
  score: { type: numeric, role: score, class: 1, threshold: 0.5 }
segments: [channel]
windows: { drift: 1d, performance: 1d }
labels: { horizon: 30d }
`;

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const ROWS_PER_DAY = 600;
const DAYS = 6;
/** From this day on the scores say nothing of the label any more, and are distributed as before. */
const CONCEPT_DAY = 3;

interface Loan {
  readonly loan: string;
  readonly at: string;
  readonly channel: string;
  readonly income: number;
  readonly score: number;
  readonly defaulted: number;
}

/** Loans of one day: the score is the chance of a default, as long as the concept holds. */
function drawLoans(seed: number, day: number, rows: number): Loan[] {
  const random = createRandom(seed + day);
  return Array.from({ length: rows }, (_, row) => {
    const score = random();
    const chance = day >= CONCEPT_DAY ? 0.5 : score;
    return {
      loan: `${seed}-${day}-${row}`,
      at: new Date(START_MS + day * DAY_MS + Math.floor((row / rows) * DAY_MS)).toISOString(),
      channel: random() < 0.7 ? 'app' : 'web',
      income: Math.round(1000 + 500 * score),
      score,
      defaulted: random() < chance ? 1 : 0,
    };
  });
}

function toCsv(rows: readonly object[]): string {
  const names = Object.keys(rows[0] ?? {});
  return [names, ...rows.map((row) => Object.values<unknown>(row as Record<string, unknown>))]
    .map((cells) => cells.join(','))
    .join('\n');
}

describe('labels that come late, through the commands', () => {
  const scratch = makeScratchFolder();
  const live = Array.from({ length: DAYS }, (_, day) => drawLoans(7, day, ROWS_PER_DAY));
  let collector: ServedCollector;

  const write = async (name: string, rows: readonly object[]): Promise<string> => {
    const file = path.join(scratch.folder, name);
    await writeFile(file, toCsv(rows));
    return file;
  };
  const labelsOf = (rows: readonly Loan[], time: string, change: (label: number) => number = (label) => label) =>
    rows.map(({ loan, defaulted }) => ({ prediction_id: loan, label: change(defaulted), time }));
  const performance = (...words: string[]): Promise<PerformanceRow[]> =>
    collector.ask('performance', '--model', 'loans', ...words);
  const importLabels = (file: string, ...words: string[]): Promise<{ labels: number }> =>
    collector.ask('labels', 'import', file, '--model', 'loans', ...words);

  beforeAll(async () => {
    collector = await startServe(scratch.folder);
    const file = path.join(scratch.folder, 'prumo.model.yaml');
    await writeFile(file, MODEL_FILE);
    await collector.ask('model', 'register', file);
    const reference = Array.from({ length: 10 }, (_, day) => drawLoans(1, day - 100, 1000)).flat();
    const which = ['--model', 'loans', '--version', '1'];
    const sealed = await write('reference.csv', reference);
    await collector.ask('baseline', ...which, '--kind', 'heldout', '--chunk', '1d', sealed);
    const data = await write(
      'live.csv',
      live.flat().map(({ defaulted: _later, ...row }) => row),
    );
    await collector.ask('backfill', ...which, data, '--wait');
  }, 120_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  it('estimates at once, and says nothing of labels before they come', async () => {
    const estimated = await performance('--kind', 'estimated');
    expect(estimated).toHaveLength(DAYS);
    expect(estimated.every(({ verdict, rows }) => verdict === 'ok' && rows === ROWS_PER_DAY)).toBe(true);
    // The horizon has long passed: that no label came is told.
    const realized = await performance('--kind', 'realized');
    expect(realized.map(({ labels, verdict, coverage }) => [labels, verdict, coverage])).toEqual(
      Array.from({ length: DAYS }, () => [0, 'unknown', 0]),
    );
    expect(realized[0]?.reason).toBe('no label of 600 rows has come');
  });

  it('joins what comes, keeps what has no prediction, and says unknown of a few', async () => {
    const few = labelsOf(live[0]!.slice(0, 15), '2026-03-01T00:00:00Z');
    const strangers = [{ prediction_id: 'nobody', label: 1, time: '2026-03-01T00:00:00Z' }];
    expect(await importLabels(await write('few.csv', [...few, ...strangers]))).toMatchObject({ labels: 16 });
    const [row, ...others] = await performance('--kind', 'realized');
    expect(others.every(({ labels }) => labels === 0)).toBe(true);
    expect(row).toMatchObject({ labels: 15, rows: ROWS_PER_DAY, coverage: 15 / ROWS_PER_DAY, verdict: 'unknown' });
    expect(row?.reason).toMatch(/of the rarer class; 10 are needed/);
    for (const { low, high, value } of Object.values(row?.metrics ?? {}))
      expect([low, high, value]).not.toContain(null);
  });

  it('re-opens just the windows that labels touch', async () => {
    const before = await performance('--kind', 'realized');
    await importLabels(await write('day1.csv', labelsOf(live[1]!, '2026-03-01T00:00:00Z')));
    const after = await performance('--kind', 'realized');
    const changed = after.filter((row, day) => row.judgedAt !== before[day]?.judgedAt);
    expect(changed.map(({ window }) => window.start.slice(0, 10))).toEqual(['2026-01-02']);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).toMatchObject({ labels: ROWS_PER_DAY, coverage: 1, mature: true, verdict: 'ok' });
    expect(after[1]?.delay?.medianMs).toBeGreaterThan(57 * DAY_MS);
  });

  it('takes a correction by its own time, whatever the order, and counts it', async () => {
    const first = live[1]!.slice(0, 100);
    const flipped = labelsOf(first, '2026-03-05T00:00:00Z', (label) => 1 - label);
    const older = labelsOf(first, '2026-02-20T00:00:00Z', (label) => 1 - label);
    const right = (await performance('--kind', 'realized'))[1]!.metrics.accuracy!.value!;
    await importLabels(await write('older.csv', older));
    expect((await performance('--kind', 'realized'))[1]!.metrics.accuracy!.value).toBe(right);
    await importLabels(await write('flipped.csv', flipped));
    const corrected = (await performance('--kind', 'realized'))[1]!;
    expect(corrected.metrics.accuracy!.value).not.toBe(right);
    expect(corrected.corrections).toBeGreaterThanOrEqual(100);
    await importLabels(await write('back.csv', labelsOf(first, '2026-03-06T00:00:00Z')));
    expect((await performance('--kind', 'realized'))[1]!.metrics.accuracy!.value).toBe(right);
    const asKnown = await performance('--kind', 'realized', '--as-of', corrected.judgedAt);
    expect(asKnown[1]?.metrics.accuracy?.value).toBe(corrected.metrics.accuracy!.value);
  });

  it('finds a concept that drifted where neither inputs nor the estimate moved', async () => {
    const rest = [0, 2, 3, 4, 5].flatMap((day) => labelsOf(live[day]!, '2026-03-10T00:00:00Z'));
    await importLabels(await write('rest.csv', rest));
    const concept = await performance('--kind', 'concept');
    const off = concept.filter(({ verdict }) => verdict !== 'ok').map(({ window }) => window.start.slice(0, 10));
    expect(off).toEqual(['2026-01-04', '2026-01-05', '2026-01-06']);
    const [found] = concept.filter(({ verdict }) => verdict !== 'ok');
    expect(found?.verdict).toBe('critical');
    expect(found?.reason).toContain('concept drift suspected');
    expect(found?.reason).toMatch(/selection of labels/);
    expect((await performance('--kind', 'estimated')).every(({ verdict }) => verdict === 'ok')).toBe(true);
    const all = await collector.ask<IncidentAnswer[]>('incident', 'list', '--model', 'loans');
    const incidents = all.filter(({ status }) => status === 'open');
    expect(incidents).toHaveLength(1);
    // Labels that were wrong for a while may have opened one on their day: it was withdrawn when they were corrected.
    const others = all.filter(({ status }) => status !== 'open').map(({ kind, from }) => [kind, from.slice(0, 10)]);
    for (const [kind, from] of others) {
      expect(from).toBe('2026-01-02');
      expect(['performance', 'concept drift']).toContain(kind);
    }
    expect(others.length).toBeLessThanOrEqual(1);
    expect(incidents[0]).toMatchObject({ kind: 'concept drift', status: 'open', from: '2026-01-04T00:00:00.000Z' });
    expect(incidents[0]?.members.map(({ statistic }) => statistic).toSorted()).toEqual(['realized', 'unexplained']);
  });

  it('answers segments and other windows by the same code, not stored', async () => {
    const whole = await performance(
      '--kind',
      'realized',
      '--window',
      '6d',
      '--from',
      '2026-01-01',
      '--to',
      '2026-01-07',
    );
    expect(whole.reduce((sum, { labels }) => sum + labels, 0)).toBe(DAYS * ROWS_PER_DAY);
    expect(whole.every(({ adHoc }) => adHoc)).toBe(true);
    const app = await performance('--kind', 'realized', '--segment', 'channel=app');
    expect(app).toHaveLength(DAYS);
    const appRows = live.map((rows) => rows.filter(({ channel }) => channel === 'app').length);
    expect(app.map(({ labels }) => labels)).toEqual(appRows);
    const ranked = await performance('--kind', 'realized', '--by', 'channel');
    expect(ranked.map(({ rank }) => rank?.rank)).toEqual([1, 2]);
    expect(ranked.map(({ segment }) => segment.channel).toSorted()).toEqual(['app', 'web']);
    for (const { positiveRate } of ranked) expect(positiveRate).toBeCloseTo(0.5, 1);
    expect((await collector.prumo('performance', '--model', 'loans', '--by', 'branch')).stderr).toContain('channel');
  });

  it('prints a table for people', async () => {
    const { stdout, code } = await collector.prumo('performance', '--model', 'loans');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^VERDICT +WINDOW +KIND +METRIC +VALUE +95 % +EXPECTED/);
    expect(stdout).toMatch(/critical +2026-01-0\d +realized +roc_auc/);
  });

  it('refuses a file that has no such column, and a label that is none, with the place', async () => {
    const file = await write('odd.csv', [{ loan: 'x', outcome: 1 }]);
    const without = await collector.prumo('labels', 'import', file, '--model', 'loans');
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('--id')]);
    const named = await collector.prumo('labels', 'import', file, '--id', 'loan', '--label', 'outcom');
    expect(named.stderr).toContain('outcome');
    const odd = await write('time.csv', [{ prediction_id: 'x', label: 1, time: 'yesterday' }]);
    expect((await collector.prumo('labels', 'import', odd)).stderr).toMatch(/line 2.*yesterday/);
  });
});
