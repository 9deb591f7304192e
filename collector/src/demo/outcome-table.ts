import { formatNumber, renderTable } from '../cli/table.ts';
import type { Terminal } from '../cli/terminal.ts';
import { timesOf } from './outcome.ts';
import { printPerformance } from './performance-table.ts';
import type { ModelOutcome } from './run-month.ts';
import { hoursBetween, indent, shortTime } from './simulated-time.ts';

/** The JSON document of `prumo demo --json`. */
export interface DemoDocument {
  readonly models: readonly {
    readonly model: string;
    readonly version: string;
    readonly rows: number;
    readonly health: string;
    readonly incidents: readonly {
      readonly field: string;
      readonly kind: string | null;
      readonly from: string;
      readonly detectedAt: string | null;
      readonly statistic: string | null;
      readonly value: number | null;
      readonly threshold: number | null;
    }[];
    readonly falseAlarms: number;
    /** What became of the performance while something known went on; `event` names it. */
    readonly performance: readonly {
      readonly event: string;
      readonly cause: string;
      readonly from: string;
      readonly metric: string;
      readonly expected: number | null;
      readonly estimatedAt: string | null;
      readonly estimated: number | null;
      readonly provenAt: string | null;
      readonly realized: number | null;
      readonly kind: string | null;
    }[];
    readonly performanceFalseAlarms: number;
  }[];
  readonly seconds: number;
}

/** What was found, as a document. */
export function toDocument(outcomes: readonly ModelOutcome[], seconds: number): DemoDocument {
  return {
    models: outcomes.map(({ model, version, rows, health, findings, falseAlarms, ...outcome }) => ({
      model,
      version,
      rows,
      health: health.verdict,
      incidents: findings.map(({ field, kind, from, detectedAt, statistic, value, threshold }) => ({
        field,
        kind,
        from,
        detectedAt,
        statistic,
        value,
        threshold,
      })),
      falseAlarms: falseAlarms.length,
      performance: outcome.performance.map(({ id, asExpected: _, ...shown }) => ({ event: id, ...shown })),
      performanceFalseAlarms: outcome.performanceFalseAlarms.length,
    })),
    seconds,
  };
}

/** Prints what was put in, what was found and when, and the false alarms. */
export function printOutcome(
  outcomes: readonly ModelOutcome[],
  start: Date,
  seconds: number,
  terminal: Terminal,
): void {
  terminal.print(terminal.paint('bold', 'What was put into the traffic'));
  for (const { simulator } of outcomes) {
    for (const incident of simulator.incidents) {
      const { from, to } = timesOf(incident, start);
      terminal.print(
        `  ${incident.model} ${incident.field}, ${shortTime(from)} to ${shortTime(to)}: ${incident.strength}`,
      );
      terminal.print(terminal.paint('dim', `    ${incident.story}`));
    }
    for (const { model, kind, fromHour, toHour, effect, story } of simulator.changes) {
      const { from, to } = timesOf({ fromHour, toHour }, start);
      terminal.print(`  ${model} ${kind}, ${shortTime(from)} to ${shortTime(to)}: ${effect}`);
      terminal.print(terminal.paint('dim', `    ${story}`));
    }
  }
  terminal.print(`\n${terminal.paint('bold', 'What Prumo found')} (times are UTC, of the simulated month)`);
  terminal.print(indent(renderTable(FINDING_COLUMNS(terminal), listFindings(outcomes))));
  printPerformance(outcomes, terminal);
  terminal.print(`\n${terminal.paint('bold', 'Models')}`);
  terminal.print(indent(renderTable(MODEL_COLUMNS(terminal), outcomes)));
  const rows = outcomes.reduce((total, outcome) => total + outcome.rows, 0);
  terminal.print(`\n${rows.toLocaleString('en-US')} rows, every one profiled, in ${seconds} s.`);
}

type Line = ModelOutcome['findings'][number] & { readonly model: string; readonly fault: string };

function listFindings(outcomes: readonly ModelOutcome[]): Line[] {
  return outcomes.flatMap(({ model, findings, simulator }) =>
    findings.map((finding) => {
      const fault = simulator.incidents.find(({ id }) => id === finding.id)?.fault.kind ?? '';
      return { ...finding, model, fault };
    }),
  );
}

const FINDING_COLUMNS = (terminal: Terminal) => [
  { title: 'model', text: ({ model }: Line) => model },
  { title: 'incident', text: ({ fault }: Line) => fault },
  { title: 'field', text: ({ field }: Line) => field },
  { title: 'from', text: ({ from }: Line) => shortTime(Date.parse(from)) },
  {
    title: 'detected at',
    text: ({ detectedAt }: Line) =>
      detectedAt === null ? terminal.paint('red', 'not found') : shortTime(Date.parse(detectedAt)),
  },
  {
    title: 'after',
    text: ({ from, detectedAt }: Line) => hoursBetween(from, detectedAt),
    align: 'right' as const,
  },
  { title: 'kind', text: ({ kind }: Line) => kind ?? '-' },
  { title: 'statistic', text: ({ statistic }: Line) => statistic ?? '-' },
  { title: 'value', text: ({ value }: Line) => formatNumber(value), align: 'right' as const },
  { title: 'threshold', text: ({ threshold }: Line) => formatNumber(threshold), align: 'right' as const },
];

const MODEL_COLUMNS = (terminal: Terminal) => [
  { title: 'model', text: ({ model }: ModelOutcome) => model },
  { title: 'version', text: ({ version }: ModelOutcome) => version },
  { title: 'rows', text: ({ rows }: ModelOutcome) => rows.toLocaleString('en-US'), align: 'right' as const },
  {
    title: 'false alarms',
    text: ({ falseAlarms, performanceFalseAlarms }: ModelOutcome) => {
      const alarms = falseAlarms.length + performanceFalseAlarms.length;
      return terminal.paint(alarms === 0 ? 'green' : 'red', String(alarms));
    },
    align: 'right' as const,
  },
  { title: 'health at the end', text: ({ health }: ModelOutcome) => `${health.verdict}: ${health.reasons.join('; ')}` },
];
