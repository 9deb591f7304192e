import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DistributionAnswer, DriftRow } from '../../src/api/index.ts';
import type { App, HttpOptions } from '../../src/http/app.ts';
import { createHttp } from '../../src/http/create-http.ts';
import { Metrics } from '../../src/http/metrics.ts';
import type { PerformanceRow } from '../../src/api/performance.ts';
import type { Questions } from '../../src/http/questions.ts';
import { DEFAULTS } from '../../src/config/schema.ts';
import { Registry } from '../../src/registry/registry.ts';
import { MemoryEventStore } from '../registry/memory-event-store.ts';

export const driftRow: DriftRow = {
  window: { start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' },
  field: 'income',
  role: 'input',
  type: 'numeric',
  version: '3',
  environment: 'production',
  segment: {},
  rows: 10,
  profiled: 10,
  missing: 0,
  invalid: 0,
  unseen: 0,
  outOfRange: 0,
  statistics: { psi: 0.3, js: null },
  decision: { statistic: 'psi', value: 0.3, threshold: 0.25, reference: 'baseline', n: 10, m: 10 },
  pValue: 0.01,
  qValue: null,
  impact: { shift: null, movement: null, method: 'none', low: null, high: null },
  verdict: 'critical',
  reason: 'psi 0.3 > 0.25',
  judgedAt: '2026-01-02T00:05:00.000Z',
  adHoc: false,
};

export const distribution: DistributionAnswer = {
  model: 'credit-default',
  version: '3',
  field: 'income',
  role: 'input',
  type: 'numeric',
  environment: 'production',
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-02T00:00:00.000Z',
  rows: 2,
  profiled: 2,
  reference: 'baseline',
  cells: [{ kind: 'bin', low: null, high: 0, rows: 2, share: 1, referenceRows: 4, referenceShare: 1 }],
};

export const performanceRow: PerformanceRow = {
  window: { start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' },
  kind: 'realized',
  version: '3',
  environment: 'production',
  servingRole: 'champion',
  segment: {},
  rows: 500,
  labels: 400,
  coverage: 0.8,
  mature: true,
  metrics: {
    roc_auc: {
      value: 0.8,
      low: 0.75,
      high: 0.85,
      expected: 0.81,
      lowerLimit: 0.76,
      upperLimit: 0.86,
      verdict: 'ok',
      reason: 'within',
    },
  },
  primary: 'roc_auc',
  verdict: 'ok',
  reason: 'within',
  judgedAt: '2026-02-01T00:00:00.000Z',
  adHoc: false,
};

/** An interface over a registry in memory; `asked` holds the questions that reached it. */
export async function openHttp(change: Partial<HttpOptions> = {}): Promise<{ app: App; asked: unknown[][] }> {
  const asked: unknown[][] = [];
  const answer =
    <Value>(name: string, value: Value) =>
    (...parameters: unknown[]): Promise<Value> => {
      asked.push([name, ...parameters]);
      return Promise.resolve(value);
    };
  const questions: Questions = {
    drift: answer('drift', [driftRow]),
    distribution: answer('distribution', distribution),
    incidents: answer('incidents', []),
    health: answer('health', []),
    performance: answer('performance', [performanceRow]),
    judge: answer('judge', { windows: 1, verdicts: 2, incidents: 0, performanceWindows: 0 }),
    judgeAll: answer('judgeAll', { windows: 0, verdicts: 0, incidents: 1, performanceWindows: 3 }),
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'prumo-http-'));
  const app = await createHttp({
    limits: { ...DEFAULTS.limits, maxBodyBytes: 4096, maxDecompressedBytes: 16_384 },
    receiveMetrics: answer('receive', { accepted: 3, rejected: 0, message: '' }),
    receivePredictions: answer('receivePredictions', { accepted: 2 }),
    receiveLabels: answer('receiveLabels', { accepted: 1 }),
    registry: new Registry({ store: new MemoryEventStore(), blobsFolder: folder, now: () => new Date(0) }),
    questions,
    now: () => new Date(0),
    assertReady: () => Promise.resolve(),
    metrics: new Metrics(),
    ...change,
  });
  return { app, asked };
}
