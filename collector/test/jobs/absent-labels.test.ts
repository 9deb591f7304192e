import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PerformanceRow } from '../../src/api/performance.ts';
import { startCollector, type Collector } from '../../src/collector.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createRandom } from '../../src/domain/drift/significance/random.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 5);
const ROWS = 400;

const modelFile = {
  model: 'fraud',
  version: '1',
  task: 'binary',
  inputs: { amount: { type: 'numeric' } },
  outputs: { score: { type: 'numeric', role: 'score', class: 1, threshold: 0.5 } },
  windows: { performance: '1d' },
  labels: { horizon: '3d', absent: '0' },
};

/** A fraud is complained of; of everything else nobody hears. */
const random = createRandom(4);
const rows = Array.from({ length: ROWS }, (_, i) => {
  const score = random();
  return { id: `t${i}`, score, isFraud: random() < score, timeMs: START_MS + i * 60_000 };
});
const frauds = rows.filter(({ isFraud }) => isFraud);
/** Two of three frauds are complained of within the horizon, the others later. */
const early = frauds.filter((_, i) => i % 3 !== 0);
const late = frauds.filter((_, i) => i % 3 === 0);

describe('labels that are absent for good', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'prumo-absent-'));
  let nowMs = START_MS + DAY_MS;
  let collector: Collector;

  const send = async (route: string, lines: readonly object[]): Promise<void> => {
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await fetch(`${collector.url}${route}`, { method: 'POST', headers, body });
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: lines.length }]);
  };
  const complain = (of: readonly (typeof rows)[number][]): Promise<void> =>
    send(
      '/v1/labels',
      of.map(({ id }) => ({ model: 'fraud', prediction_id: id, label: '1', time: new Date(nowMs).toISOString() })),
    );
  const judge = async (): Promise<PerformanceRow[]> => {
    await collector.catchUp();
    const answer = await fetch(`${collector.url}/v1/models/fraud/performance?kind=realized`);
    return (await answer.json()) as PerformanceRow[];
  };

  beforeAll(async () => {
    const config = loadConfig({ environment: { PRUMO_LOG_LEVEL: 'error' }, options: { data: folder, port: 0 } });
    collector = await startCollector(config, { now: () => nowMs, runsJobs: false });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ modelFile });
    await fetch(`${collector.url}/v1/models`, { method: 'POST', headers, body });
    const predictions = rows.map(({ id, score, timeMs }) => {
      return { model: 'fraud', version: '1', id, score, time: new Date(timeMs).toISOString() };
    });
    await send('/v1/predictions', predictions);
  }, 60_000);

  afterAll(async () => {
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are not taken for known before the horizon, however many others came', async () => {
    await complain(early);
    const [row] = await judge();
    expect(row).toMatchObject({ labels: early.length, mature: false, verdict: 'unknown' });
    expect(row?.reason).toContain('of the rarer class');
  });

  it('count as declared once it has passed, though nothing new comes', async () => {
    nowMs = START_MS + 4 * DAY_MS + 1;
    const [row, ...others] = await judge();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ labels: ROWS, coverage: 1, mature: true, absent: ROWS - early.length });
    const positives = row!.confusion!.tp + row!.confusion!.fn;
    expect(positives).toBe(early.length);
  });

  it('give way to a true label that comes after all, and the window is judged again', async () => {
    const [before] = await judge();
    nowMs += 30 * DAY_MS;
    await complain(late);
    const [row] = await judge();
    expect(row).toMatchObject({ labels: ROWS, absent: ROWS - frauds.length });
    expect(row!.confusion!.tp + row!.confusion!.fn).toBe(frauds.length);
    expect(row!.judgedAt).not.toBe(before!.judgedAt);
    expect(row!.metrics.roc_auc!.value).not.toBe(before!.metrics.roc_auc!.value);
  });
});
