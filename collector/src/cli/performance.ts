import { Option, type Command } from 'commander';
import type { PerformanceRow } from '../api/performance.ts';
import { addClientOptions, connect, type ClientOptions } from './client-options.ts';
import { pathOf } from './collector-client.ts';
import { collectPair, readDuration, readInstant } from './option-values.ts';
import { printPerformance } from './performance-table.ts';
import type { Terminal } from './terminal.ts';

interface PerformanceOptions extends ClientOptions {
  readonly model: string;
  readonly version?: string;
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
  readonly window?: number;
  readonly segment?: readonly string[];
  readonly by?: string;
  readonly asOf?: string;
  readonly environment?: string;
}

/** `prumo performance`. */
export function addPerformanceCommand(program: Command, terminal: Terminal): void {
  addClientOptions(program.command('performance'))
    .summary('how well a model does: from labels, and estimated before they come')
    .description(
      "Prints the performance of a model by window: realized (from labels) and estimated (from scores alone), with 95 % intervals,\nlimits from the baseline and the share of rows with labels. A question that is not the model's own (another window, a segment)\nis answered by the same code, and neither stored nor alarmed.",
    )
    .requiredOption('--model <name>', 'name of the model')
    .option('--version <version>', 'version (default: every version that ran)')
    .addOption(
      new Option('--kind <kind>', 'which performance; concept: what labels say beyond the estimate on the same rows')
        .choices(['realized', 'estimated', 'both', 'concept'])
        .default('both'),
    )
    .option('--from <instant>', 'first instant, as 2026-01-31 or 2026-01-31T00:00:00Z', readInstant)
    .option('--to <instant>', 'one past the last instant', readInstant)
    .option('--window <duration>', 'length of the windows, as 1h or 1d (default: as the model file says)', readDuration)
    .option('--segment <key=value>', 'only rows of this segment; may be repeated', collectPair)
    .option('--by <key>', 'one row per value of a segment key over the whole period, worst first')
    .option('--as-of <instant>', 'what was known at that instant', readInstant)
    .option('--environment <name>', 'deployment environment (default: production)')
    .addHelpText('after', EXAMPLES)
    .action((options: PerformanceOptions) => showPerformance(options, terminal));
}

async function showPerformance(options: PerformanceOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  const { model, version, kind, from, to, segment, by, asOf, environment } = options;
  const window = options.window === undefined ? undefined : `${options.window / 60_000}m`;
  const rows = await client.request<PerformanceRow[]>('GET', pathOf('models', model, 'performance'), {
    query: { version, kind, from, to, window, segment, by, asOf, environment },
  });
  if (options.json === true) terminal.printJson(rows);
  else printPerformance(rows, terminal);
}

const EXAMPLES = `
Examples:
  $ prumo performance --model credit-default
  $ prumo performance --model credit-default --kind realized --from 2026-01-01 --json
  $ prumo performance --model credit-default --kind concept
  $ prumo performance --model credit-default --by channel`;
