import type { Command } from 'commander';
import type { ModelAnswer, VersionAnswer } from '../api/registration.ts';
import { addClientOptions, connect, type ClientOptions } from './client-options.ts';
import { pathOf } from './collector-client.ts';
import { addModelRegisterCommand } from './model-register.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `prumo model register|list|show`. */
export function addModelCommand(program: Command, terminal: Terminal): void {
  const model = program
    .command('model')
    .summary('register models and look at them')
    .description('Registers models and versions, and shows what is registered.');
  addModelRegisterCommand(model, terminal);
  addClientOptions(model.command('list'))
    .summary('list the registered models')
    .description('Lists every registered model with its newest version.')
    .addHelpText('after', '\nExamples:\n  $ prumo model list\n  $ prumo model list --json')
    .action((options: ClientOptions) => listModels(options, terminal));
  addClientOptions(model.command('show'))
    .summary('show a model: versions, baselines, fields')
    .description('Shows the versions of a model, and the fields of one of them.')
    .argument('<model>', 'name of the model')
    .option('--version <version>', 'version whose fields are shown (default: the newest)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ prumo model show credit-default\n  $ prumo model show credit-default --version 3 --json',
    )
    .action((name: string, options: ClientOptions & { version?: string }) => showModel(name, options, terminal));
}

async function listModels(options: ClientOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  const models = await client.request<ModelAnswer[]>('GET', '/v1/models');
  if (options.json === true) {
    terminal.printJson(models);
    return;
  }
  if (models.length === 0) {
    terminal.note('No model is registered. Register one: prumo model register prumo.model.yaml');
    return;
  }
  const columns = [
    { title: 'MODEL', text: (model: ModelAnswer) => model.model },
    { title: 'TASK', text: (model: ModelAnswer) => model.task },
    { title: 'OWNER', text: (model: ModelAnswer) => model.owner ?? '-' },
    { title: 'VERSIONS', text: (model: ModelAnswer) => String(model.versions.length), align: 'right' },
    { title: 'NEWEST', text: (model: ModelAnswer) => model.versions.at(-1)?.version ?? '-' },
    { title: 'BASELINE', text: (model: ModelAnswer) => describeBaseline(model.versions.at(-1)?.baseline) },
  ] as const;
  terminal.print(renderTable<ModelAnswer>(columns, models));
}

async function showModel(
  name: string,
  options: ClientOptions & { version?: string },
  terminal: Terminal,
): Promise<void> {
  const client = await connect(options);
  const model = await client.request<ModelAnswer>('GET', pathOf('models', name));
  const version = options.version ?? model.versions.at(-1)?.version;
  const shown =
    version === undefined
      ? null
      : await client.request<VersionAnswer>('GET', pathOf('models', name, 'versions', version));
  if (options.json === true) {
    terminal.printJson({ ...model, shown });
    return;
  }
  const facts = [model.task, model.owner ?? 'no owner', `risk ${model.riskTier ?? 'not stated'}`];
  terminal.print(`${terminal.paint('bold', model.model)}  ${facts.join(', ')}\n`);
  terminal.print(renderTable(VERSION_COLUMNS, model.versions));
  if (shown === null) return;
  terminal.print(`\nFields of version ${shown.version}${segmentsText(shown.segments)}\n`);
  terminal.print(renderTable(FIELD_COLUMNS, shown.fields));
}

type VersionLine = ModelAnswer['versions'][number];
type FieldLine = VersionAnswer['fields'][number];

const VERSION_COLUMNS = [
  { title: 'VERSION', text: ({ version }: VersionLine) => version },
  { title: 'REGISTERED', text: ({ registeredAt }: VersionLine) => registeredAt },
  {
    title: 'ONNX',
    text: (line: VersionLine) => `${line.onnxSha256?.slice(0, 12) ?? '-'}${line.complete ? '' : ' (not uploaded)'}`,
  },
  { title: 'BASELINE', text: ({ baseline }: VersionLine) => describeBaseline(baseline) },
];

const FIELD_COLUMNS = [
  { title: 'FIELD', text: ({ name }: FieldLine) => name },
  { title: 'ROLE', text: ({ role }: FieldLine) => role },
  { title: 'TYPE', text: ({ type }: FieldLine) => type },
  { title: 'TENSOR', text: ({ tensor, column }: FieldLine) => (column === null ? tensor : `${tensor}[${column}]`) },
  { title: 'ELEMENTS', text: ({ elementType }: FieldLine) => elementType },
  { title: 'MISSING', text: ({ missing }: FieldLine) => missing.join(', ') },
];

function describeBaseline(baseline: VersionLine['baseline'] | undefined): string {
  return baseline === null || baseline === undefined ? 'none' : `${baseline.kind}, ${baseline.rows} rows`;
}

function segmentsText(keys: readonly string[]): string {
  return keys.length === 0 ? '' : `, segments by ${keys.join(', ')}`;
}
