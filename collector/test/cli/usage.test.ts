import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeScratch } from '../data-files/scratch.ts';
import { runPrumo } from './run-prumo.ts';

const COMMANDS = [
  'serve',
  'demo',
  'model register',
  'model list',
  'model show',
  'baseline',
  'backfill',
  'drift',
  'incident list',
  'doctor',
  'config check',
];

/** A port on which nothing listens. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('help', () => {
  test.each(COMMANDS)('prumo %s --help: usage, options and examples', async (command) => {
    const { code, stdout, stderr } = await runPrumo([...command.split(' '), '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: prumo ${command}`);
    expect(stdout).toContain('--json');
    expect(stdout).toMatch(new RegExp(`Examples:\n  \\$ prumo ${command}`));
  });

  test('prumo --help names every command; --version is a version', async () => {
    const { stdout } = await runPrumo(['--help']);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command.split(' ')[0]}`);
    expect((await runPrumo(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('bad usage: exit code 2, nothing on standard output', () => {
  test.each([
    [['nope'], /unknown command 'nope'/],
    [['drfit'], /Did you mean drift\?/],
    [['drift'], /required option '--model <name>'/],
    [['drift', '--model', 'm', '--bogus'], /unknown option '--bogus'/],
    [['drift', '--model', 'm', '--mode', 'x'], /Allowed choices are prumo, nannyml, evidently/],
    [['drift', '--model', 'm', '--from', 'today'], /An instant such as 2026-01-31T00:00:00Z is expected/],
    [['drift', '--model', 'm', '--from', '2026-02-31x'], /An instant/],
    [['drift', '--model', 'm', '--window', '0h'], /A duration such as 30m, 1h, 7d or 2w/],
    [['drift', '--model', 'm', '--segment', 'app'], /key=value is expected/],
    [['drift', '--model', 'm', '--url', 'localhost'], /an address such as http:\/\/127\.0\.0\.1:4318 is expected/],
    [['baseline', '--model', 'm', '--version', '1'], /missing required argument 'data'/],
    [['baseline', 'x.csv', '--model', 'm', '--version', '1', '--kind', 'test'], /Allowed choices are training/],
    [['baseline', 'x.csv', '--model', 'm', '--version', '1', '--rows-per-chunk', '0'], /A whole number of at least 1/],
    [
      ['baseline', 'x.csv', '--model', 'm', '--version', '1', '--rows-per-chunk', '5', '--chunk', '1d'],
      /cannot be used with/,
    ],
    [['serve', '--port', '70000'], /A port from 0 to 65535/],
    [['incident', 'list', '--status', 'muted'], /Allowed choices are open, closed/],
  ] as const)('prumo %j', async (args, message) => {
    const { code, stdout, stderr } = await runPrumo(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('without a collector', () => {
  test('commands say so and what to do; exit code 2', async () => {
    const url = `http://127.0.0.1:${await findClosedPort()}`;
    for (const args of [
      ['model', 'list'],
      ['drift', '--model', 'm'],
      ['incident', 'list', '--json'],
    ]) {
      const { code, stdout, stderr } = await runPrumo(args, { PRUMO_URL: url });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`no collector answers at ${url}`);
      expect(stderr).toContain('what to do: Start it with `prumo serve`');
    }
  });

  test('doctor --json: one document that says so', async () => {
    const { code, stdout } = await runPrumo([
      'doctor',
      '--json',
      '--url',
      `http://127.0.0.1:${await findClosedPort()}`,
    ]);
    expect(code).toBe(2);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { check: string; level: string }[] };
    expect(ok).toBe(false);
    expect(findings[0]).toMatchObject({ check: 'collector', level: 'problem' });
  });
});

describe('a busy or unhelpful collector', () => {
  async function startFake(
    answer: (count: number) => { status: number; headers?: Record<string, string>; body: string },
  ) {
    let count = 0;
    const server = createServer((_request, response) => {
      const { status, headers, body } = answer(++count);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => count };
  }

  test('429 and 503 are asked again after Retry-After', async () => {
    const fake = await startFake((count) =>
      count < 3
        ? { status: count === 1 ? 429 : 503, headers: { 'retry-after': '0' }, body: '{}' }
        : { status: 200, body: '[]' },
    );
    const { code, stdout } = await runPrumo(['model', 'list', '--json'], { PRUMO_URL: fake.url });
    expect([code, stdout, fake.requests()]).toEqual([0, '[]\n', 3]);
  });

  test('a refusal is told in its words, with its code and remedy', async () => {
    const problem = { detail: 'model "m" is not registered', code: 'PRUMO_MODEL_UNKNOWN', remedy: 'Register it.' };
    const fake = await startFake(() => ({ status: 404, body: JSON.stringify(problem) }));
    const { code, stderr } = await runPrumo(['model', 'show', 'm'], { PRUMO_URL: fake.url });
    expect(code).toBe(1);
    expect(stderr).toBe('prumo: model "m" is not registered [PRUMO_MODEL_UNKNOWN]\n  what to do: Register it.\n');
  });

  test('what is no collector, and one that fails inside, cannot be used: exit code 2 for the latter', async () => {
    const fake = await startFake(() => ({ status: 500, body: '<html>' }));
    const { code, stderr } = await runPrumo(['model', 'list'], { PRUMO_URL: fake.url });
    expect(code).toBe(2);
    expect(stderr).toContain('GET /v1/models was answered 500');
  });
});

describe('config check', () => {
  test('prints what results, without secrets; refuses an unknown key with the nearest name', async () => {
    const environment = { PRUMO_CLICKHOUSE_URL: 'http://user:secret@db:8123' };
    const good = await runPrumo(['config', 'check', '--json', '--port', '0'], environment);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ port: 0, host: '127.0.0.1' });
    expect(good.stdout).not.toContain('secret');
    const bad = await runPrumo(['config', 'check', '--config', writeScratch('prumo.yaml', 'prot: 1\n')]);
    expect([bad.code, bad.stdout]).toEqual([1, '']);
    expect(bad.stderr).toContain('did you mean "port"?');
  });
});
