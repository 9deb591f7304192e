import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { runPrumo, startPrumo } from './run-prumo.ts';

const MODEL = `model: loans
version: "1"
task: binary
inputs:
  income: { type: numeric }
outputs:
  score: { type: numeric, role: score }
`;

const HEADER = 'at,income,score';
const WRONG = [HEADER, '2026-01-01T10:00:00Z,100,0.5', '2026-01-01T10:10:00Z,300,0.5'];
/** A row more, and another value. */
const CORRECTED = [...WRONG.slice(0, 2), '2026-01-01T10:10:00Z,200,0.5', '2026-01-01T10:20:00Z,400,0.5'];
const ELSEWHERE = [HEADER, '2026-01-01T10:30:00Z,1000,0.5'];

const folder = mkdtempSync(join(tmpdir(), 'prumo-corrected-'));
let server: ReturnType<typeof startPrumo>;
let url: string;

beforeAll(async () => {
  server = startPrumo(['serve', '--data', join(folder, 'data'), '--port', '0'], { PRUMO_LOG_LEVEL: 'warn' });
  const line = await new Promise<string>((resolve, reject) => {
    server.stdout?.setEncoding('utf8').once('data', resolve);
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  url = line.slice('ready '.length).trim();
  const modelFile = join(folder, 'prumo.model.yaml');
  writeFileSync(modelFile, MODEL);
  expect((await runPrumo(['model', 'register', modelFile], { PRUMO_URL: url })).code).toBe(0);
}, 60_000);

afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function backfill(place: string, rows: readonly string[], ...args: readonly string[]): Promise<void> {
  mkdirSync(join(folder, place), { recursive: true });
  const path = join(folder, place, 'loans.csv');
  writeFileSync(path, rows.join('\n'));
  const which = ['--model', 'loans', '--version', '1', '--time', 'at'];
  const { code, stderr } = await runPrumo(['backfill', path, ...which, ...args], { PRUMO_URL: url });
  expect(code, stderr).toBe(0);
}

test('a corrected file replaces the one of its name, from any folder; another name, or environment, adds to it', async () => {
  await backfill('first', WRONG);
  await backfill('second', CORRECTED);
  await backfill('second', CORRECTED);
  await backfill('third', ELSEWHERE, '--as', 'late rows');
  await backfill('third', ELSEWHERE, '--as', 'late rows');
  await backfill('third', ELSEWHERE, '--environment', 'staging');

  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  expect(await ended).toBe(0);
  const store = await openEmbeddedStore({ path: join(folder, 'data', 'clickhouse') });
  const day = { from: new Date('2026-01-01'), to: new Date('2026-01-02') };
  const totals = async (environment: string) => {
    const series = await store.readSeries({ model: 'loans', environment, source: 'minute', ...day });
    const income = series.filter(({ field }) => field === 'income');
    const rows = series.filter(({ metric }) => metric === 'ml.inference.rows');
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
    return { rows: sum(rows.map(({ count }) => count)), income: sum(income.map((group) => group.sum)) };
  };
  expect(await totals('production')).toEqual({ rows: 4, income: 1700 });
  expect(await totals('staging')).toEqual({ rows: 1, income: 1000 });
  await store.close();
}, 120_000);
