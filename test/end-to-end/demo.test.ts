import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTerminal } from '../../collector/src/cli/terminal.ts';
import type { PerformanceRow } from '../../collector/src/api/performance.ts';
import { startCollector, type Collector } from '../../collector/src/collector.ts';
import { loadConfig } from '../../collector/src/config/load.ts';
import { CHANGES } from '../../collector/src/demo/changes.ts';
import { toDocument } from '../../collector/src/demo/outcome-table.ts';
import { runMonth, type ModelOutcome } from '../../collector/src/demo/run-month.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const HOUR_MS = 3_600_000;
const START = new Date('2026-06-01T00:00:00Z');
const DAYS = 10;
/** Days after the traffic: the labels of the last windows have come. */
const LABEL_DAYS = 8;
/** The changes of the world, early enough for a short month. */
const FROM_DAY: Readonly<Record<string, number>> = { 'pay-agreement': 3, 'student-campaign': 7 };
const EARLY_CHANGES = CHANGES.map((change) => ({
  ...change,
  fromHour: FROM_DAY[change.id]! * 24,
  toHour: DAYS * 24,
}));

function day(count: number): string {
  return new Date(START.getTime() + count * 24 * HOUR_MS).toISOString();
}

describe('ten days of the demo at a tenth of its volume', () => {
  const scratch = makeScratchFolder();
  let collector: Collector;
  let outcomes: ModelOutcome[];

  beforeAll(async () => {
    const clock = { nowMs: START.getTime() };
    const environment = { PRUMO_LOG_LEVEL: 'warn' };
    const config = loadConfig({ environment, options: { data: scratch.folder, port: 0 } });
    collector = await startCollector(config, { now: () => clock.nowMs, runsJobs: false });
    const terminal = createTerminal();
    const month = { days: DAYS, labelDays: LABEL_DAYS, changes: EARLY_CHANGES };
    outcomes = await runMonth({ collector, clock, start: START, seed: 1, scale: 0.1, terminal, ...month });
  }, 180_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  it.each([
    ['card-fraud', 'amount', 6 * 24 + 9],
    ['credit-default', 'purpose', 5 * 24],
  ] as const)('finds within a day of traffic what was put into %s: %s', (model, field, fromHour) => {
    const finding = outcomes.find((one) => one.model === model)?.findings.find((one) => one.field === field);
    const fromMs = START.getTime() + fromHour * HOUR_MS;
    expect(finding).toMatchObject({ from: new Date(fromMs).toISOString(), statistic: 'psi' });
    expect(finding?.value).toBeGreaterThan(finding?.threshold ?? Infinity);
    const delayMs = Date.parse(finding?.detectedAt ?? '') - fromMs;
    expect(delayMs).toBeGreaterThan(0);
    expect(delayMs).toBeLessThanOrEqual(24 * HOUR_MS);
  });

  it('opens no incident elsewhere, nor where nothing is wrong', () => {
    expect(outcomes.map(({ model, falseAlarms }) => [model, falseAlarms])).toEqual([
      ['card-fraud', []],
      ['credit-default', []],
      ['income', []],
    ]);
    expect(outcomes.find(({ model }) => model === 'income')?.findings).toEqual([]);
    expect(outcomes.map(({ performanceFalseAlarms }) => performanceFalseAlarms)).toEqual([[], [], []]);
  });

  it('finds concept drift by labels alone, when those of its first days have come', () => {
    const income = outcomes.find(({ model }) => model === 'income');
    expect(income?.performance).toMatchObject([
      {
        id: 'pay-agreement',
        metric: 'rmse',
        from: day(3),
        estimatedAt: null,
        kind: 'concept drift',
        asExpected: true,
      },
    ]);
    const [found] = income!.performance;
    // The first window ends on day 4, and 95 % of its labels have come 5 days later (`p95Days` of the world).
    expect(Date.parse(found!.provenAt!)).toBeGreaterThan(Date.parse(day(4)));
    expect(Date.parse(found!.provenAt!)).toBeLessThanOrEqual(Date.parse(day(12)));
    expect(found!.realized).toBeGreaterThan(1.2 * found!.expected!);
    expect(income?.health.openIncidents).toBe(1);
  });

  it('sees harder cases in the estimate days before their labels prove it', () => {
    const credit = outcomes.find(({ model }) => model === 'credit-default');
    const found = credit?.performance.find(({ id }) => id === 'student-campaign');
    expect(found).toMatchObject({ metric: 'roc_auc', from: day(7), kind: 'performance', asExpected: true });
    expect(Date.parse(found!.estimatedAt!)).toBeLessThanOrEqual(Date.parse(day(9)));
    expect(Date.parse(found!.provenAt!) - Date.parse(found!.estimatedAt!)).toBeGreaterThanOrEqual(72 * HOUR_MS);
    expect(found!.estimated).toBeLessThan(found!.expected! - 0.05);
    expect(found!.realized).toBeLessThan(found!.expected! - 0.05);
  });

  it('measures approved loans alone, and takes a payment that nobody complains of for good', async () => {
    const ask = async (model: string): Promise<PerformanceRow[]> => {
      const answer = await fetch(`${collector.url}/v1/models/${model}/performance?kind=realized`);
      return (await answer.json()) as PerformanceRow[];
    };
    const loans = await ask('credit-default');
    expect(loans).toHaveLength(DAYS);
    for (const { mature, unobservable, rows, labels, coverage } of loans) {
      expect(mature).toBe(true);
      expect(labels + (unobservable ?? 0)).toBeLessThanOrEqual(rows);
      expect(coverage).toBeGreaterThan(0.95);
    }
    expect(loans.reduce((sum, { unobservable = 0 }) => sum + unobservable, 0)).toBeGreaterThan(100);
    const payments = await ask('card-fraud');
    for (const { absent, labels, coverage } of payments) {
      expect(coverage).toBe(1);
      expect((absent ?? 0) / labels).toBeGreaterThan(0.9);
      expect((absent ?? 0) / labels).toBeLessThan(1);
    }
  });

  it('does not find what has not begun', () => {
    const later = outcomes.flatMap(({ findings }) =>
      findings.filter(({ from }) => Date.parse(from) >= START.getTime() + DAYS * 24 * HOUR_MS),
    );
    expect(later).toHaveLength(3);
    expect(later.every(({ detectedAt }) => detectedAt === null)).toBe(true);
  });

  it('is told as the document of --json', () => {
    const document = toDocument(outcomes, 12.3);
    expect(document.seconds).toBe(12.3);
    expect(document.models.map(({ model, version }) => [model, version])).toEqual(
      outcomes.map(({ model, version }) => [model, version]),
    );
    const verdict = expect.stringMatching(/^(ok|warning|critical|unknown)$/) as string;
    for (const [i, model] of document.models.entries()) {
      expect(model).toEqual({
        model: outcomes[i]?.model,
        version: outcomes[i]?.version,
        rows: expect.any(Number) as number,
        health: verdict,
        incidents: expect.any(Array) as unknown[],
        falseAlarms: 0,
        performance: expect.any(Array) as unknown[],
        performanceFalseAlarms: 0,
      });
      for (const finding of model.performance) {
        expect(Object.keys(finding)).toEqual([
          'event',
          'cause',
          'from',
          'metric',
          'expected',
          'estimatedAt',
          'estimated',
          'provenAt',
          'realized',
          'kind',
        ]);
      }
      expect(model.rows).toBeGreaterThan(1000);
      for (const incident of model.incidents) {
        expect(Object.keys(incident)).toEqual([
          'field',
          'kind',
          'from',
          'detectedAt',
          'statistic',
          'value',
          'threshold',
        ]);
      }
    }
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document.models.flatMap(({ incidents }) => incidents)).toHaveLength(5);
  });
});
