import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { runPrumo, startPrumo, type Run } from './run-prumo.ts';

const MODEL = `model: loans
version: "1"
task: binary
id: loan
time: at
label: defaulted
inputs:
  income: { type: numeric }
outputs:
  score: { type: numeric, role: score, threshold: 0.5 }
  decision: { type: categorical, role: label }
segments: [region]
`;

const HOSTILE = `it's \\ "x"; DROP TABLE prumo.labels; --`;

const DATA = `loan,at,region,income,score,decision,defaulted,settled
a,2026-01-02T10:00:00Z,north,100,0.25,no,0,2026-02-01
b,2026-01-01T10:00:00.5Z,south,200,,yes,1,
"${HOSTILE.replaceAll('"', '""')}",2026-01-02T11:00:00Z,,300,0.75,,,2026-02-03
,2026-01-01T10:30:00Z,south,400,0.5,no,1,2026-02-04
`;

const folder = mkdtempSync(join(tmpdir(), 'prumo-rows-'));
const data = join(folder, 'loans.csv');
let server: ChildProcess;
let url: string;

function backfill(...args: readonly string[]): Promise<Run> {
  return runPrumo(['backfill', data, '--model', 'loans', '--version', '1', ...args], { PRUMO_URL: url });
}

async function backfillJson(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await backfill(...args, '--json');
  expect([code, stderr.includes('prumo:')], stderr).toEqual([0, false]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

beforeAll(async () => {
  server = startPrumo(['serve', '--data', join(folder, 'data'), '--port', '0'], { PRUMO_LOG_LEVEL: 'warn' });
  const line = await new Promise<string>((resolve, reject) => {
    server.stdout?.setEncoding('utf8').once('data', resolve);
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  url = line.slice('ready '.length).trim();
  const modelFile = join(folder, 'prumo.model.yaml');
  writeFileSync(modelFile, MODEL);
  writeFileSync(data, DATA);
  expect((await runPrumo(['model', 'register', modelFile], { PRUMO_URL: url })).code).toBe(0);
}, 60_000);

afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('backfill sends predictions and labels beside the profiles; again, it doubles nothing for a reader', async () => {
  const labels = ['--with-labels', '--label-time', 'settled'];
  const sent = { rows: 4, predictions: 3, labels: 2 };
  expect(await backfillJson('--no-predictions')).toMatchObject({ rows: 4, predictions: 0, labels: 0 });
  expect(await backfillJson()).toMatchObject({ ...sent, labels: 0 });
  expect(await backfillJson(...labels)).toMatchObject(sent);
  const said = await backfill(...labels);
  expect(said.stdout).toContain('Sent 3 predictions and 2 labels.\n');
  expect(said.stderr).toContain('Rows without "loan": 1.');

  const bad = [
    [['--label-time', 'settled'], 2, '--label-time needs --with-labels'],
    [['--with-labels', '--label-time', 'setled'], 1, 'did you mean "settled"?; --label-time names it'],
  ] as const;
  for (const [args, exit, words] of bad) {
    const refused = await backfill(...args);
    expect([refused.code, refused.stdout]).toEqual([exit, '']);
    expect(refused.stderr).toContain(words);
  }
  writeFileSync(data, DATA.replace('\nb,', `\n${'x'.repeat(257)},`));
  expect((await backfill()).stderr).toContain('line 3: column "loan": an id is text of 1 to 256 characters');
  writeFileSync(data, DATA.replace('loan,at', 'credit,at'));
  const without = await backfill('--json');
  expect(without.stderr).toContain('Predictions are not sent: the data has no column "loan"');
  expect(JSON.parse(without.stdout)).toMatchObject({ rows: 4, predictions: 0 });

  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  expect(await ended).toBe(0);
  const store = await openEmbeddedStore({ path: join(folder, 'data', 'clickhouse') });
  const ever = { from: new Date(0), to: new Date('2100-01-01') };
  const predictions = await store.readPredictions({ model: 'loans', ...ever });
  expect(predictions.map(({ id, time, score, outputs, segment }) => [id, time, score, outputs, segment])).toEqual([
    ['b', new Date('2026-01-01T10:00:00.500Z'), null, '{"score":null,"decision":"yes"}', 'region=south'],
    ['a', new Date('2026-01-02T10:00:00Z'), 0.25, '{"score":0.25,"decision":"no"}', 'region=north'],
    [HOSTILE, new Date('2026-01-02T11:00:00Z'), 0.75, '{"score":0.75,"decision":null}', ''],
  ]);
  const stored = await store.readLabels('loans');
  expect(stored.map(({ predictionId, label, time }) => [predictionId, label, time])).toEqual([
    ['a', '0', new Date('2026-02-01')],
    ['b', '1', null],
  ]);
  const rows = (await store.tableFacts()).find(({ table }) => table === 'predictions')?.rows;
  expect(rows).toBe(9);
  await store.close();
}, 120_000);
