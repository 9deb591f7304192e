import * as ort from 'onnxruntime-node';
import { onTestFinished } from 'vitest';
import { type Agent, type AgentOptions, createAgent } from '../../src/index.ts';
import { type FakeCollector, startFakeCollector } from '../export/fake-collector.ts';
import type { DecodedPoint } from '../export/otlp-decode.ts';
import { identityModel, type TinyTensor } from './tiny-onnx.ts';

/** A collector on loopback, agents that end with the test, and their clock. */
export interface World {
  readonly collector: FakeCollector;
  readonly clock: { ms: number };
  readonly startAgent: (options?: Partial<AgentOptions>) => Agent;
}

export const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 5, 10);

export async function startWorld(): Promise<World> {
  const collector = await startFakeCollector();
  const agents: Agent[] = [];
  const clock = { ms: START_MS };
  onTestFinished(async () => {
    await Promise.all(agents.map((agent) => agent.shutdown()));
    await collector.close();
  });
  return {
    collector,
    clock,
    startAgent(options = {}) {
      const agent = createAgent({ endpoint: collector.url, now: () => clock.ms, timeoutMs: 500, ...options });
      agents.push(agent);
      return agent;
    },
  };
}

/** A session that gives each input back as `<name>_out`. */
export function createIdentitySession(...inputs: TinyTensor[]): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(identityModel(...inputs), { intraOpNumThreads: 1 });
}

/** Points of one field, by role. */
export function pointsOfField(collector: FakeCollector, name: string, role = 'input'): DecodedPoint[] {
  return collector
    .points()
    .filter(({ attributes }) => attributes['ml.field.name'] === name && attributes['ml.field.role'] === role);
}

/** Rows per category of a field, over all points. */
export function categoriesOf(collector: FakeCollector, name: string, role = 'input'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { metric, attributes, value } of pointsOfField(collector, name, role)) {
    const category = attributes['ml.field.category'];
    if (metric !== 'ml.field.category' || category === undefined) continue;
    counts[category] = (counts[category] ?? 0) + value;
  }
  return counts;
}
