import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startCollector } from '../../../collector/src/collector.ts';
import { loadConfig } from '../../../collector/src/config/load.ts';
import { atMost, type BenchRow, printed } from '../bench-row.ts';
import { withFolder } from '../scratch.ts';

const SECONDS = 10;
/** What the monitor adds to each sample: it measures the whole time between two ticks. */
const RESOLUTION_MS = 10;

/** How long a collector's event loop is late while another process sends it as many points as it takes. */
export function run(): Promise<BenchRow[]> {
  return withFolder(async (folder) => {
    const config = loadConfig({ environment: {}, options: { data: folder, port: 0 } });
    const collector = await startCollector(config);
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    const idle = runScript('idle-delay.ts', [String(SECONDS), String(RESOLUTION_MS)]);
    // The script's first line says that the load begins.
    const [accepted, idleNs] = await Promise.all([
      runScript('send-load.ts', [collector.url, String(SECONDS)], () => delay.enable()),
      idle,
    ]);
    delay.disable();
    await collector.stop();
    return [
      atMost('collector, event-loop delay under ingest: p99', toLateMs(delay.percentile(99)), 'ms', 25),
      printed(
        'collector, event-loop delay under ingest: p99 of an idle process beside it',
        toLateMs(Number(idleNs)),
        'ms',
      ),
      printed('collector, event-loop delay under ingest: greatest', toLateMs(delay.max), 'ms'),
      printed('collector, points taken over HTTP meanwhile', Number(accepted) / SECONDS, 'points/s'),
    ];
  });
}

/** Runs a script of this folder to its end; its last line. */
async function runScript(name: string, words: readonly string[], onFirst?: () => void): Promise<string | undefined> {
  const script = path.join(import.meta.dirname, '..', name);
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (onFirst !== undefined) child.stdout.once('data', onFirst);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return text.trim().split('\n').at(-1);
}

function toLateMs(ns: number): number {
  return ns / 1e6 - RESOLUTION_MS;
}
