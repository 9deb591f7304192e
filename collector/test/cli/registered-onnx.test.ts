import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locateModelFiles } from '../../src/demo/model-files.ts';
import { createSimulator } from '../../src/demo/simulator.ts';
import { writeScratch } from '../data-files/scratch.ts';
import { runPrumo, startPrumo } from './run-prumo.ts';

const folder = mkdtempSync(join(tmpdir(), 'prumo-onnx-'));
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  server = startPrumo(['serve', '--data', join(folder, 'data'), '--port', '0'], { PRUMO_LOG_LEVEL: 'warn' });
  const line = await new Promise<string>((resolve, reject) => {
    server.stdout?.setEncoding('utf8').once('data', resolve);
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  url = line.slice('ready '.length).trim();
}, 60_000);

afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('baseline asks the collector for the ONNX file where it is not at hand', async () => {
  expect(existsSync('income.onnx')).toBe(false);
  const run = (...args: string[]) => runPrumo([...args, '--json'], { PRUMO_URL: url });
  expect((await run('model', 'register', locateModelFiles('income').description)).code).toBe(0);
  const simulator = createSimulator({ model: 'income', seed: 3, start: new Date('2026-06-01T00:00:00Z') });
  const inputs = Array.from(simulator.reference(300).rows(), (row) => JSON.stringify(row));
  const data = writeScratch('rows.ndjson', inputs.join('\n'));
  const { code, stdout, stderr } = await run('baseline', data, '--model', 'income', '--version', '2');
  expect([code, stderr.includes('not at hand')], stderr).toEqual([0, false]);
  const { rows, impact } = JSON.parse(stdout) as { rows: number; impact: Record<string, string> };
  expect(rows).toBe(inputs.length);
  // Both need the model: the output is in no column, and the response of an input is asked of it.
  expect(impact).toMatchObject({ estimate: 'association', age: 'response', occupation: 'response' });
}, 120_000);
