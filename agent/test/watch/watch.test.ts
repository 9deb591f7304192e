import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Agent, type AgentOptions, createAgent } from '../../src/index.ts';
import { type FakeCollector, startFakeCollector } from '../export/fake-collector.ts';
import { identityModel, type TinyTensor } from './tiny-onnx.ts';

let collector: FakeCollector;
let agents: Agent[];
let clockMs: number;

beforeEach(async () => {
  collector = await startFakeCollector();
  agents = [];
  clockMs = Date.UTC(2026, 0, 5, 10);
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.shutdown()));
  await collector.close();
});

function startAgent(options: Partial<AgentOptions> = {}): Agent {
  const agent = createAgent({ endpoint: collector.url, now: () => clockMs, timeoutMs: 500, ...options });
  agents.push(agent);
  return agent;
}

function createSession(...inputs: TinyTensor[]): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(identityModel(...inputs), { intraOpNumThreads: 1 });
}

test('rows of a float32 [N,D] tensor leave as histograms of the interval, with all that identifies them', async () => {
  const agent = startAgent({ token: 'secret', serviceName: 'scoring', environment: 'staging' });
  const session = await createSession({ name: 'X', type: 'float32', shape: ['N', 2] });
  const watched = agent.watch(session, { model: 'm', version: '3', fields: { X: ['income', 'age'] } });
  await watched.run({ X: new ort.Tensor('float32', [1, 20, 2, NaN, 4, Infinity], [3, 2]) });
  clockMs += 3_600_000;
  await agent.flush();

  const [request] = collector.accepted;
  expect(request?.resource).toMatchObject({ 'service.name': 'scoring', 'deployment.environment.name': 'staging' });
  expect(request?.resource['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(request?.scope).toEqual({ name: 'prumo', version: '1' });
  expect(collector.requests.at(-1)?.headers.authorization).toBe('Bearer secret');

  const income = collector.points('ml.field.value').find(({ attributes }) => attributes['ml.field.name'] === 'income');
  expect(income).toMatchObject({
    kind: 'exponentialHistogram',
    temporality: 1,
    count: 3,
    sum: 7,
    min: 1,
    max: 4,
    start: `${Date.UTC(2026, 0, 5, 10)}000000`,
    end: `${Date.UTC(2026, 0, 5, 11)}000000`,
    attributes: {
      'ml.model.name': 'm',
      'ml.model.version': '3',
      'ml.field.name': 'income',
      'ml.field.role': 'input',
      'ml.serving.role': 'champion',
    },
  });
  const age = (metric: string) =>
    collector.points(metric).find(({ attributes }) => attributes['ml.field.name'] === 'age');
  expect(age('ml.field.value')?.count).toBe(1);
  expect(age('ml.field.missing')?.value).toBe(1);
  expect(age('ml.field.invalid')?.value).toBe(1);
  expect(collector.points('ml.inference.rows')[0]?.value).toBe(3);
  expect(collector.points('ml.inference.duration')[0]).toMatchObject({ kind: 'exponentialHistogram', count: 1 });
  expect(agent.stats().dropped).toEqual({});
});
