import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTerminal, type Terminal } from '../cli/terminal.ts';
import { startCollector } from '../collector.ts';
import { loadConfig } from '../config/load.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { printOutcome, toDocument } from './outcome-table.ts';
import { runMonth, type ModelOutcome } from './run-month.ts';
import { LABEL_DAYS, TRAFFIC_DAYS } from './simulator.ts';

/** Options of `prumo demo`. */
export interface DemoOptions {
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly data?: string;
  readonly port?: number;
  /** Which world. Default 1. */
  readonly seed?: number;
  /** Volume of the traffic over the full demo's. Default 1. */
  readonly scale?: number;
}

/** First day of the live traffic: a Monday, so that every run shows the same weeks. */
const START = new Date('2026-06-01T00:00:00Z');

/**
 * Runs the demo: a collector, a month of traffic through watched models, and what was found.
 *
 * @returns 0 when every known incident and change was found and nothing else, else 1.
 */
export async function runDemoCommand(options: DemoOptions, terminal: Terminal = createTerminal()): Promise<number> {
  const startedMs = performance.now();
  const isTemporary = options.data === undefined;
  const data = options.data ?? (await mkdtemp(path.join(tmpdir(), 'prumo-demo-')));
  if (!isTemporary) await assertEmpty(data);
  const clock = { nowMs: START.getTime() };
  // The collector lives in simulated time for the month, and in real time afterward.
  let now = () => clock.nowMs;
  const config = loadConfig({
    environment: { PRUMO_LOG_LEVEL: 'warn' },
    options: { data, port: options.port ?? (options.exit === true ? 0 : 4318) },
  });
  const collector = await startCollector(config, { now: () => now(), runsJobs: false });
  const close = async (): Promise<void> => {
    await collector.stop();
    if (isTemporary) await rm(data, { recursive: true, force: true });
  };
  try {
    const outcomes = await runMonth({
      collector,
      clock,
      start: START,
      seed: options.seed ?? 1,
      scale: options.scale ?? 1,
      days: TRAFFIC_DAYS,
      labelDays: LABEL_DAYS,
      terminal,
    });
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    if (options.json === true) terminal.printJson(toDocument(outcomes, seconds));
    else printOutcome(outcomes, START, seconds, terminal);
    now = Date.now;
    if (options.exit !== true) await serveUntilSignal(collector.url, terminal);
    return outcomes.every(isRight) ? 0 : 1;
  } finally {
    await close();
  }
}

/** Whether all that is known was seen as it should be, and nothing else. */
function isRight({ findings, falseAlarms, performance, performanceFalseAlarms }: ModelOutcome): boolean {
  const isQuiet = falseAlarms.length === 0 && performanceFalseAlarms.length === 0;
  const isFound = findings.every(({ detectedAt }) => detectedAt !== null);
  return isQuiet && isFound && performance.every(({ asExpected }) => asExpected);
}

async function assertEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  if (entries.length === 0) return;
  throw new PrumoError('PRUMO_USAGE', `--data ${folder} is not empty; the demo needs a folder of its own`);
}

async function serveUntilSignal(url: string, terminal: Terminal): Promise<void> {
  terminal.note(`\nServing on ${url} (${url}/docs, ${url}/v1/incidents). Look around in another shell:`);
  terminal.note(`  npx prumo drift --model card-fraud --url ${url}`);
  terminal.note(`  npx prumo performance --model credit-default --url ${url}`);
  terminal.note(`  npx prumo incident list --url ${url}`);
  terminal.note('Ctrl-C ends it.');
  // A signal alone does not keep the process alive, and neither do the timers of an idle collector.
  const alive = setInterval(() => undefined, 3_600_000);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  clearInterval(alive);
}
