import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { afterEach, expect, test, vi } from 'vitest';
import { createAgent } from '../../src/index.ts';
import { createIdentitySession, startWorld } from './watched-world.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  [{}, /endpoint is undefined; allowed: an http/],
  [{ endpoint: 'ftp://host' }, /endpoint/],
  [{ endpoint: 'http://user:secret@host' }, /endpoint is http:\/\/host;/],
  [{ endpoint: 'http://h', flushIntervalMs: 0 }, /flushIntervalMs is 0; allowed: a whole number from 1000 to 3600000/],
  [{ endpoint: 'http://h', protocol: 'grpc' }, /protocol is grpc; allowed: protobuf or json/],
  [{ endpoint: 'http://h', now: 7 }, /now is 7; allowed: a function/],
  [{ endpoint: 'http://h', serviceName: ' ' }, /serviceName/],
  [{ endpoint: 'http://h', maxQueueBytes: NaN }, /maxQueueBytes is null/],
  [{ endpoint: 'http://h', flushIntervall: 1000 }, /flushIntervall is given; allowed: the keys endpoint/],
])('options %j are refused by name, value and what is allowed', (options, message) => {
  expect(() => createAgent(options as never)).toThrow(message);
});

test('a refused token is not shown', () => {
  const refuse = () => createAgent({ endpoint: 'http://h', token: 'top\nsecret' });
  expect(refuse).toThrow(/token is a text of 10 characters/);
  expect(refuse).not.toThrow(/secret/);
});

test('PRUMO_DISABLED=true: nothing is sent, sessions work, wrong options do not matter', async () => {
  vi.stubEnv('PRUMO_DISABLED', 'true');
  const { collector, startAgent } = await startWorld();
  const agent = startAgent({ flushIntervalMs: -1 });
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n'] });
  const watched = agent.watch(session, { model: 'm', version: '1' });
  const feed = { x: new ort.Tensor('float32', [1], [1]) };
  expect((await watched.run(feed)).x_out?.dims).toEqual([1]);
  expect((await watched.with({ segment: { a: 'b' } }).run(feed)).x_out?.dims).toEqual([1]);
  expect(await agent.ready()).toBe(true);
  await agent.flush();
  await agent.shutdown();
  expect(agent.stats()).toMatchObject({ enabled: false, rows: 0 });
  expect(collector.requests).toEqual([]);
});

test('the service is named by OTEL_SERVICE_NAME unless it is given', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'from-environment');
  const { collector, startAgent } = await startWorld();
  const agent = startAgent();
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n'] });
  await agent.watch(session, { model: 'm', version: '1' }).run({ x: new ort.Tensor('float32', [1], [1]) });
  await agent.flush();
  expect(collector.accepted[0]?.resource).toMatchObject({
    'service.name': 'from-environment',
    'deployment.environment.name': 'production',
  });
});

test(
  'with real time, the interval ends by itself at a whole interval and points say so',
  { timeout: 20_000 },
  async () => {
    const { collector, startAgent } = await startWorld();
    const agent = startAgent({ now: undefined, flushIntervalMs: 1000 });
    const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n'] });
    const watched = agent.watch(session, { model: 'm', version: '1' });
    await watched.run({ x: new ort.Tensor('float32', [1], [1]) });
    await expect.poll(() => collector.points('ml.field.value').length, { timeout: 10_000 }).toBeGreaterThan(0);
    await watched.run({ x: new ort.Tensor('float32', [1], [1]) });
    await expect.poll(() => collector.points('ml.inference.rows').length, { timeout: 10_000 }).toBe(2);
    const [first, second] = collector.points('ml.inference.rows');
    expect(BigInt(first!.end) % 1_000_000_000n).toBe(0n);
    expect(BigInt(second!.end) % 1_000_000_000n).toBe(0n);
    expect(BigInt(second!.start)).toBeGreaterThanOrEqual(BigInt(first!.end));
  },
);

test('a host with a dead collector ends by itself, with nothing unhandled', { timeout: 20_000 }, async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./lonely-host.ts', import.meta.url))], {
    stdio: 'pipe',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(output).toBe('done\n');
  expect(code).toBe(0);
});
