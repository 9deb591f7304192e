import { Option, type Command } from 'commander';
import type { DriftRow } from '../api/drift.ts';
import { addClientOptions, connect, type ClientOptions } from './client-options.ts';
import { pathOf } from './collector-client.ts';
import { collectPair, readDuration, readInstant } from './option-values.ts';
import { shortPeriod } from './short-period.ts';
import { formatNumber, renderTable } from './table.ts';
import type { Color, Terminal } from './terminal.ts';

interface DriftOptions extends ClientOptions {
  readonly model: string;
  readonly version?: string;
  readonly from?: string;
  readonly to?: string;
  readonly window?: number;
  readonly segment?: readonly string[];
  readonly reference?: string;
  readonly mode: string;
  readonly environment?: string;
  readonly all?: boolean;
}

/** `prumo drift`. */
export function addDriftCommand(program: Command, terminal: Terminal): void {
  addClientOptions(program.command('drift'))
    .summary('what drifted, worst first')
    .description(
      "Prints the verdict of each field in each window, worst first. A question that is not the model's own (another window,\nsegment, reference or mode) is answered by the same code, and neither stored nor alarmed.",
    )
    .requiredOption('--model <name>', 'name of the model')
    .option('--version <version>', 'version (default: the collector chooses the one that ran)')
    .option('--from <instant>', 'first instant, as 2026-01-31 or 2026-01-31T00:00:00Z', readInstant)
    .option('--to <instant>', 'one past the last instant', readInstant)
    .option('--window <duration>', 'length of the windows, as 1h or 1d (default: as the model file says)', readDuration)
    .option('--segment <key=value>', 'only rows of this segment; may be repeated', collectPair)
    .option('--reference <which>', 'baseline, trailing:28d, seasonal or pinned:FROM/TO')
    .addOption(
      new Option('--mode <tool>', 'whose definitions and limits')
        .choices(['prumo', 'nannyml', 'evidently'])
        .default('prumo'),
    )
    .option('--environment <name>', 'deployment environment (default: production)')
    .option('--all', 'also print fields that are ok')
    .addHelpText('after', EXAMPLES)
    .action((options: DriftOptions) => showDrift(options, terminal));
}

async function showDrift(options: DriftOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  const rows = await client.request<DriftRow[]>('GET', pathOf('models', options.model, 'drift'), {
    query: {
      version: options.version,
      from: options.from,
      to: options.to,
      window: options.window === undefined ? undefined : `${options.window / 60_000}m`,
      segment: options.segment,
      reference: options.reference,
      mode: options.mode,
      environment: options.environment,
    },
  });
  if (options.json === true) {
    terminal.printJson(rows);
    return;
  }
  if (rows.length === 0) {
    terminal.note(
      'Nothing is judged yet for that question. Windows are judged after their end; see also: prumo doctor',
    );
    return;
  }
  const shown = rows.filter(({ verdict }) => options.all === true || verdict !== 'ok').sort(worstFirst);
  if (shown.length > 0) terminal.print(renderTable(columnsFor(terminal), shown));
  const windows = new Set(rows.map(({ window }) => window.start)).size;
  const counted = VERDICTS.map((verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${verdict}`);
  terminal.note(`${windows} windows, ${rows.length} verdicts: ${counted.join(', ')}.`);
}

const VERDICTS = ['critical', 'warning', 'unknown', 'ok'] as const;
const COLORS: Readonly<Record<DriftRow['verdict'], Color>> = {
  critical: 'red',
  warning: 'yellow',
  unknown: 'dim',
  ok: 'green',
};

/** By verdict, then by effect on the predictions, then by value over threshold. */
function worstFirst(a: DriftRow, b: DriftRow): number {
  return (
    VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
    (b.impact.movement ?? -1) - (a.impact.movement ?? -1) ||
    excess(b) - excess(a) ||
    a.window.start.localeCompare(b.window.start)
  );
}

function excess({ decision: { value, threshold } }: DriftRow): number {
  return value === null || threshold === null || threshold === 0 ? 0 : value / threshold;
}

function columnsFor(terminal: Terminal) {
  return [
    { title: 'VERDICT', text: ({ verdict }: DriftRow) => terminal.paint(COLORS[verdict], verdict) },
    { title: 'WINDOW', text: ({ window }: DriftRow) => shortPeriod(window.start, window.end) },
    { title: 'FIELD', text: (row: DriftRow) => fieldText(row) },
    { title: 'STATISTIC', text: ({ decision }: DriftRow) => decision.statistic },
    { title: 'VALUE', text: ({ decision }: DriftRow) => formatNumber(decision.value), align: 'right' as const },
    { title: 'LIMIT', text: ({ decision }: DriftRow) => formatNumber(decision.threshold), align: 'right' as const },
    { title: 'IMPACT', text: ({ impact }: DriftRow) => formatNumber(impact.movement), align: 'right' as const },
    { title: 'ROWS', text: ({ rows }: DriftRow) => String(rows), align: 'right' as const },
    { title: 'REASON', text: ({ reason }: DriftRow) => reason },
  ];
}

function fieldText({ field, role, predictionLabel, segment }: DriftRow): string {
  const label = predictionLabel === undefined ? '' : ` of ${predictionLabel}`;
  const pairs = Object.entries(segment).map(([key, value]) => `${key}=${value}`);
  return `${field}${role === 'output' ? ` (output${label})` : ''}${pairs.length === 0 ? '' : ` [${pairs.join(', ')}]`}`;
}

const EXAMPLES = `
Examples:
  $ prumo drift --model credit-default
  $ prumo drift --model credit-default --from 2026-01-01 --to 2026-02-01 --window 1h --segment channel=app
  $ prumo drift --model credit-default --reference trailing:28d --json
  $ prumo drift --model census --mode nannyml --json`;
