import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTerminal } from '../../collector/src/cli/terminal.ts';
import { startCollector, type Collector } from '../../collector/src/collector.ts';
import { loadConfig } from '../../collector/src/config/load.ts';
import { toDocument } from '../../collector/src/demo/outcome-table.ts';
import { runMonth, type ModelOutcome } from '../../collector/src/demo/run-month.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const HOUR_MS = 3_600_000;
const START = new Date('2026-06-01T00:00:00Z');
const DAYS = 9;

describe('nine days of the demo at a tenth of its volume', () => {
  const scratch = makeScratchFolder();
  let collector: Collector;
  let outcomes: ModelOutcome[];

  beforeAll(async () => {
    const clock = { nowMs: START.getTime() };
    const environment = { PRUMO_LOG_LEVEL: 'warn' };
    const config = loadConfig({ environment, options: { data: scratch.folder, port: 0 } });
    collector = await startCollector(config, { now: () => clock.nowMs, runsJobs: false });
    const terminal = createTerminal();
    outcomes = await runMonth({ collector, clock, start: START, seed: 1, scale: 0.1, days: DAYS, labelDays: 0, terminal });
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
    expect(outcomes.find(({ model }) => model === 'income')).toMatchObject({
      findings: [],
      health: { openIncidents: 0 },
    });
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
      });
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
