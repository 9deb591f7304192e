import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatNumber, renderTable } from '../cli/table.ts';
import { createTerminal } from '../cli/terminal.ts';
import { CHANGES } from './changes.ts';
import { INCIDENTS } from './incidents.ts';
import type { DemoDocument } from './outcome-table.ts';
import { TRAFFIC_DAYS } from './simulator.ts';

/**
 * Runs the demo with 20 seeds at a tenth of its volume, and prints how soon each incident was found and how many false
 * incidents there were. `node seeds.ts [SEEDS] [SCALE]`. Ends with 1 when fewer than 95 % were found in time, or false
 * incidents passed the stated rate.
 */
const seeds = Number(process.argv[2] ?? 20);
const scale = Number(process.argv[3] ?? 0.1);

const HOUR_MS = 3_600_000;
/** Hours of traffic within which an incident has to be found. */
const IN_TIME_HOURS = { 'slow shift': 120, other: 24 } as const;
/** The labels of the first days of a change have come by then. */
const PROVEN_WITHIN_HOURS = 240;
/** The default budget of false incidents per model and week. */
const FALSE_PER_WEEK = 0.1;

interface Run {
  readonly seed: number;
  /** Hours from the start to the detection of each incident, in the order of `INCIDENTS`; null: not found. */
  readonly delays: readonly (number | null)[];
  /** Hours from the start of each change of the world until labels had proved it, in the order of `CHANGES`; null: they did not. */
  readonly proofs: readonly (number | null)[];
  readonly falseAlarms: number;
  readonly models: number;
}

const terminal = createTerminal();
const runs: Run[] = [];
for (let seed = 1; seed <= seeds; seed++) {
  terminal.note(`seed ${seed} of ${seeds}`);
  runs.push(toRun(seed, await runDemo(seed)));
}
terminal.print(
  renderTable(
    [
      { title: 'seed', text: (run: Run) => String(run.seed), align: 'right' as const },
      ...INCIDENTS.map((incident, k) => ({
        title: `${incident.id} (h)`,
        text: ({ delays }: Run) => formatNumber(delays[k]),
        align: 'right' as const,
      })),
      ...CHANGES.map((change, k) => ({
        title: `${change.id} (h)`,
        text: ({ proofs }: Run) => formatNumber(proofs[k]),
        align: 'right' as const,
      })),
      { title: 'false incidents', text: (run: Run) => String(run.falseAlarms), align: 'right' as const },
    ],
    runs,
  ),
);
const all = runs.flatMap(({ delays, proofs }) => [
  ...delays.map((hours, k) => isInTime(hours, k)),
  ...proofs.map((hours) => hours !== null && hours <= PROVEN_WITHIN_HOURS),
]);
const found = all.filter(Boolean).length;
const weeks = (runs.reduce((sum, run) => sum + run.models, 0) * TRAFFIC_DAYS) / 7;
const falseAlarms = runs.reduce((sum, run) => sum + run.falseAlarms, 0);
terminal.print(`\nFound in time: ${found} of ${all.length}.`);
terminal.print(
  `False incidents: ${falseAlarms} in ${formatNumber(weeks)} model-weeks, ${formatNumber(falseAlarms / weeks)} a model and week; stated: ${FALSE_PER_WEEK}.`,
);
process.exitCode = found >= 0.95 * all.length && falseAlarms / weeks <= FALSE_PER_WEEK ? 0 : 1;

/** In a process of its own: the embedded store has one folder per process. */
function runDemo(seed: number): Promise<DemoDocument> {
  const prumo = fileURLToPath(new URL('../../bin/prumo.js', import.meta.url));
  const words = [prumo, 'demo', '--exit', '--json', '--seed', String(seed), '--scale', String(scale)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { maxBuffer: 1 << 26 }, (error, stdout) => {
      // The demo ends with 1 when something was missed; only a run without a document has failed.
      if (stdout === '') reject(error ?? new Error(`the demo printed nothing with seed ${seed}`));
      else resolve(JSON.parse(stdout) as DemoDocument);
    });
  });
}

function toRun(seed: number, { models }: DemoDocument): Run {
  const delays = INCIDENTS.map((incident) => {
    const one = models
      .find(({ model }) => model === incident.model)
      ?.incidents.find(({ field }) => field === incident.field);
    return one === undefined || one.detectedAt === null
      ? null
      : (Date.parse(one.detectedAt) - Date.parse(one.from)) / HOUR_MS;
  });
  const falseAlarms = models.reduce((sum, one) => sum + one.falseAlarms + one.performanceFalseAlarms, 0);
  const proofs = CHANGES.map((change) => {
    const one = models.flatMap(({ performance }) => performance).find(({ event }) => event === change.id);
    return one === undefined || one.provenAt === null
      ? null
      : (Date.parse(one.provenAt) - Date.parse(one.from)) / HOUR_MS;
  });
  return { seed, delays, proofs, models: models.length, falseAlarms };
}

function isInTime(hours: number | null, incident: number): boolean {
  const limit = INCIDENTS[incident]?.fault.kind === 'slow shift' ? IN_TIME_HOURS['slow shift'] : IN_TIME_HOURS.other;
  return hours !== null && hours <= limit;
}
