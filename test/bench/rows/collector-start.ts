import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { atMost, type BenchRow } from '../bench-row.ts';
import { quantile } from '../measure.ts';
import { withFolder } from '../scratch.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const STARTS = 3;
const IDLE_MS = 5000;
const execute = promisify(execFile);

/** From `prumo serve` to its `ready` line on a folder that was opened before, and the memory after five idle seconds. */
export function run(): Promise<BenchRow[]> {
  return withFolder(async (folder) => {
    await measureStart(folder);
    const times: number[] = [];
    for (let start = 0; start < STARTS; start++) times.push((await measureStart(folder)).seconds);
    const { megabytes } = await measureStart(folder, IDLE_MS);
    return [
      atMost('collector, from its sources (not a built package), warm: start to ready', quantile(times, 0.5), 's', 1),
      atMost('collector, from its sources (not a built package): memory idle', megabytes, 'MB', 350),
    ];
  });
}

/** Resident memory in MB (10^6 bytes), so long after the collector became ready. */
async function measureStart(folder: string, idleMs = 0): Promise<{ seconds: number; megabytes: number }> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'collector/bin/prumo.js'), 'serve', '--data', folder, '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PRUMO_LOG_LEVEL: 'warn' },
    },
  );
  const gone = once(child, 'close');
  try {
    await awaitReady(child);
    const seconds = (performance.now() - start) / 1000;
    await sleep(idleMs);
    const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(child.pid)]);
    return { seconds, megabytes: (Number(stdout) * 1024) / 1e6 };
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

async function awaitReady(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout! })) if (line.startsWith('ready ')) return;
  throw new Error('prumo serve ended before it was ready');
}
