import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DriftRow } from '../../src/api/drift.ts';
import { runPrumo, startPrumo, type Run } from './run-prumo.ts';

const MODEL = `model: loans
version: "1"
task: binary
time: at
inputs:
  income: { type: numeric, min: 0, dtype: float32 }
  channel_used: { type: categorical }
outputs:
  score: { type: numeric, role: score, threshold: 0.5 }
segments: [region]
windows: { drift: 1d }
minRows: 50
`;

const folder = mkdtempSync(join(tmpdir(), 'prumo-cli-'));
let server: ChildProcess;
let url: string;

/** Rows at even times over `days` days; a small generator, so that every run has the same. */
function writeRows(name: string, start: string, days: number, factor: number): string {
  const rows = ['at,region,income,channel_used,score'];
  let state = 12_345;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  for (let i = 0; i < days * 600; i++) {
    const at = new Date(Date.parse(start) + i * 144_000).toISOString();
    const income = (1000 + 4000 * next()) * factor;
    rows.push(
      `${at},${next() < 0.5 ? 'north' : 'south'},${income.toFixed(2)},${next() < 0.3 ? 'app' : 'web'},${next().toFixed(4)}`,
    );
  }
  const path = join(folder, name);
  writeFileSync(path, rows.join('\n'));
  return path;
}

function prumo(...args: string[]): Promise<Run> {
  return runPrumo(args, { PRUMO_URL: url });
}

/** Runs a command that must succeed, and reads the document that it prints. */
async function prumoJson<Document>(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await prumo(...args, '--json');
  expect([code, stderr.includes('prumo:')]).toEqual([0, false]);
  return JSON.parse(stdout) as Document;
}

beforeAll(async () => {
  server = startPrumo(['serve', '--data', join(folder, 'data'), '--port', '0'], { PRUMO_LOG_LEVEL: 'warn' });
  const line = await new Promise<string>((resolve, reject) => {
    server.stdout?.setEncoding('utf8').once('data', resolve);
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  url = line.slice('ready '.length).trim();
  writeFileSync(join(folder, 'prumo.model.yaml'), MODEL);
});

afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('the main job, as a user types it', () => {
  test('register, baseline, backfill, drift; the same backfill again counts once; doctor; stop', async () => {
    const registered = await prumo('model', 'register', join(folder, 'prumo.model.yaml'));
    expect([registered.code, registered.stdout]).toEqual([0, 'Registered loans 1 (3 fields, without an ONNX file).\n']);
    const version = ['--model', 'loans', '--version', '1'];

    const baseline = await prumo('baseline', ...version, writeRows('reference.csv', '2026-01-01', 10, 1));
    expect([
      baseline.code,
      baseline.stdout.startsWith('Sealed the baseline of loans 1: 6000 heldout rows in 10 chunks'),
    ]).toEqual([0, true]);
    expect(baseline.stderr).toContain('held-out');

    const shifted = writeRows('shifted.csv', '2026-02-01', 3, 2);
    for (let time = 0; time < 2; time++) {
      const sent = await prumoJson<{ rows: number; judged: { rows: number } }>(
        'backfill',
        ...version,
        shifted,
        '--wait',
      );
      expect([sent.rows, sent.judged.rows]).toEqual([1800, 1800]);
    }
    const rows = await prumoJson<DriftRow[]>('drift', '--model', 'loans', '--from', '2026-02-01', '--to', '2026-02-04');
    const verdicts = rows.map(({ field, rows: seen, verdict }) => [field, seen, verdict]);
    for (const expected of [
      ['income', 600, 'critical'],
      ['channel_used', 600, 'ok'],
      ['score', 600, 'ok'],
    ]) {
      expect(verdicts.filter((each) => JSON.stringify(each) === JSON.stringify(expected)).length).toBe(3);
    }
    const south = await prumoJson<DriftRow[]>('drift', '--model', 'loans', '--segment', 'region=south');
    expect(south.every(({ adHoc, segment }) => adHoc && segment['region'] === 'south')).toBe(true);
    const halves = south.filter(({ field }) => field === 'income').map(({ rows: seen }) => seen);
    expect(halves.every((seen) => seen > 200 && seen < 400)).toBe(true);

    const table = await prumo('drift', '--model', 'loans');
    expect(table.stdout).toMatch(/^VERDICT +WINDOW +FIELD/);
    expect(table.stdout).toMatch(/critical +2026-02-01 +income +psi/);
    expect(table.stdout).not.toContain('\u001B');
    expect((await prumo('incident', 'list', '--status', 'open')).stdout).toMatch(/open +loans .* income \(psi/);

    const doctor = await prumo('doctor');
    expect([doctor.code, doctor.stdout.includes('loans in production is critical')]).toEqual([1, true]);
    expect((await prumo('model', 'list')).stdout).toMatch(/loans +binary +- +1 +1 +heldout, 6000 rows/);
  }, 120_000);

  test.each([
    [['baseline', 'DATA', '--model', 'loans', '--version', '9'], 1, /version "9" of model "loans" is not registered/],
    [['baseline', '/nowhere.csv', '--model', 'loans', '--version', '1'], 1, /there is no such file/],
    [['backfill', 'DATA', '--model', 'loans', '--version', '1'], 1, /bad\.csv: there is no column "income"/],
    [
      ['backfill', 'DATA', '--model', 'loans', '--version', '1', '--start', '2026-01-01'],
      2,
      /or all of --start, --window and --rows-per-window/,
    ],
    [['drift', '--model', 'nobody'], 1, /model "nobody" is not registered/],
    [['model', 'register', 'DATA'], 1, /bad\.csv/],
  ] as const)('prumo %j is refused with the reason', async (args, exit, message) => {
    const data = join(folder, 'bad.csv');
    writeFileSync(data, 'at,region\n2026-01-01,north\n');
    const { code, stdout, stderr } = await prumo(...args.map((arg) => (arg === 'DATA' ? data : arg)));
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('what to do: ');
  });

  test('SIGTERM ends serve with 0', async () => {
    const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
