import { Option, type Command } from 'commander';
import type { IncidentAnswer } from '../api/incident.ts';
import { addClientOptions, connect, type ClientOptions } from './client-options.ts';
import { formatNumber, renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface IncidentOptions extends ClientOptions {
  readonly model?: string;
  readonly status?: string;
  readonly environment?: string;
}

/** `prumo incident list`. */
export function addIncidentCommand(program: Command, terminal: Terminal): void {
  const incident = program
    .command('incident')
    .summary('look at incidents')
    .description('Looks at incidents: what alerts come from, one per incident.');
  addClientOptions(incident.command('list'))
    .summary('list incidents, open ones first')
    .description(
      'Lists incidents, open ones first, each with the fields that moved, ranked by their effect on predictions.',
    )
    .option('--model <name>', 'only of this model')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'closed']))
    .option('--environment <name>', 'deployment environment')
    .addHelpText(
      'after',
      '\nExamples:\n  $ prumo incident list\n  $ prumo incident list --model credit-default --status open --json',
    )
    .action((options: IncidentOptions) => listIncidents(options, terminal));
}

async function listIncidents(options: IncidentOptions, terminal: Terminal): Promise<void> {
  const { model, status, environment, json } = options;
  const client = await connect(options);
  const incidents = await client.request<IncidentAnswer[]>('GET', '/v1/incidents', {
    query: { model, status, environment },
  });
  if (json === true) {
    terminal.printJson(incidents);
    return;
  }
  if (incidents.length === 0) {
    terminal.note('There are no incidents.');
    return;
  }
  const sorted = incidents.toSorted((a, b) => rank(a) - rank(b) || b.detectedAt.localeCompare(a.detectedAt));
  terminal.print(renderTable(columnsFor(terminal), sorted));
}

function rank({ status }: IncidentAnswer): number {
  return status === 'open' ? 0 : 1;
}

function columnsFor(terminal: Terminal) {
  return [
    {
      title: 'STATUS',
      text: ({ status }: IncidentAnswer) => terminal.paint(status === 'open' ? 'red' : 'dim', status),
    },
    { title: 'MODEL', text: ({ model }: IncidentAnswer) => model },
    { title: 'KIND', text: ({ kind }: IncidentAnswer) => kind },
    { title: 'FROM', text: ({ from }: IncidentAnswer) => from.slice(0, 16) },
    { title: 'DETECTED', text: ({ detectedAt }: IncidentAnswer) => detectedAt.slice(0, 16) },
    { title: 'CLOSED', text: ({ closedAt }: IncidentAnswer) => closedAt?.slice(0, 16) ?? '-' },
    { title: 'WHAT MOVED, GREATEST IMPACT FIRST', text: ({ members }: IncidentAnswer) => membersText(members) },
    { title: 'ID', text: ({ id }: IncidentAnswer) => id },
  ];
}

const SHOWN_MEMBERS = 3;

function membersText(members: IncidentAnswer['members']): string {
  const named = members
    .slice(0, SHOWN_MEMBERS)
    .map(
      ({ field, statistic, value, threshold }) =>
        `${field} (${statistic} ${formatNumber(value)}, limit ${formatNumber(threshold)})`,
    );
  const more = members.length - named.length;
  return named.join(', ') + (more > 0 ? `, and ${more} more` : '');
}
