import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAgent } from '@prumo/agent';
import { Command } from 'commander';
import type { HealthAnswer } from '../api/health.ts';
import type { IncidentAnswer } from '../api/incident.ts';
import type { ModelAnswer } from '../api/registration.ts';
import { addBaselineCommand } from '../cli/baseline.ts';
import { createCollectorClient, pathOf } from '../cli/collector-client.ts';
import { addModelCommand } from '../cli/model.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Collector } from '../collector.ts';
import { locateModelFiles } from './model-files.ts';
import { compareIncidents, type Outcome } from './outcome.ts';
import { loadSession, replayTraffic, type ServedModel, type SimulatedClock } from './replay.ts';
import { createSimulator, type Simulator } from './simulator.ts';
import { MODEL_NAMES, type ModelName } from './world.ts';

/** What a simulated month needs. */
export interface MonthSettings {
  readonly collector: Collector;
  /** The collector's and the agents' time; it is moved on. */
  readonly clock: SimulatedClock;
  readonly start: Date;
  readonly seed: number;
  /** Volume over the full demo's. */
  readonly scale: number;
  readonly days: number;
  readonly terminal: Terminal;
}

/** What became of one model in the month. */
export interface ModelOutcome extends Outcome {
  readonly model: ModelName;
  readonly version: string;
  readonly rows: number;
  readonly health: HealthAnswer;
  readonly simulator: Simulator;
}

const DAY_MS = 86_400_000;

/** Registers the models as a person would, sends a month of traffic through them, and compares what was found. */
export async function runMonth(settings: MonthSettings): Promise<ModelOutcome[]> {
  const { collector, clock, start, terminal } = settings;
  const models: ServedModel[] = [];
  for (const model of MODEL_NAMES) {
    terminal.progress(`registering ${model}`);
    const simulator = createSimulator({ seed: settings.seed, model, start, scale: settings.scale });
    const version = await register(model, simulator, collector.url, terminal);
    const { onnx } = locateModelFiles(model);
    const agent = createAgent({ endpoint: collector.url, serviceName: `${model}-service`, now: () => clock.nowMs });
    models.push({ model, version, simulator, session: await loadSession(onnx), onnx, agent });
  }
  const afterDay = async (day: number, rows: number): Promise<void> => {
    await collector.catchUp();
    terminal.progress(`day ${day} of ${settings.days}, ${rows.toLocaleString('en-US')} rows`);
  };
  const rows = await replayTraffic({ models, clock, start, days: settings.days, afterDay });
  await Promise.all(models.map(({ agent }) => agent.shutdown()));
  terminal.progress('');
  return Promise.all(models.map((one) => readOutcome(one, rows.get(one.model) ?? 0, settings)));
}

/** `prumo model register` and `prumo baseline`, as typed. */
async function register(model: ModelName, simulator: Simulator, url: string, terminal: Terminal): Promise<string> {
  const quiet: Terminal = { ...terminal, print: () => undefined, note: () => undefined, printJson: () => undefined };
  const type = async (...words: string[]): Promise<void> => {
    const program = new Command('prumo').exitOverride();
    addModelCommand(program, quiet);
    addBaselineCommand(program, quiet);
    await program.parseAsync([...words, '--url', url], { from: 'user' });
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'prumo-reference-'));
  try {
    await type('model', 'register', locateModelFiles(model).description);
    const client = createCollectorClient({ url, token: undefined });
    const { versions } = await client.request<ModelAnswer>('GET', pathOf('models', model));
    const version = versions.at(-1)?.version ?? '';
    const reference = path.join(folder, 'reference.ndjson');
    await writeReference(simulator, reference);
    await type('baseline', '--model', model, '--version', version, reference, '--chunk', '1d');
    return version;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeReference(simulator: Simulator, file: string): Promise<void> {
  const stream = createWriteStream(file);
  for (const row of simulator.reference().rows()) {
    if (!stream.write(`${JSON.stringify(row)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

async function readOutcome(
  { model, version, simulator }: ServedModel,
  rows: number,
  { collector, start }: MonthSettings,
): Promise<ModelOutcome> {
  const client = createCollectorClient({ url: collector.url, token: undefined });
  const answers = await client.request<IncidentAnswer[]>('GET', '/v1/incidents', { query: { model } });
  const [health] = await client.request<HealthAnswer[]>('GET', '/v1/health', { query: { model } });
  if (health === undefined) throw new Error(`the collector knows no model ${model}`);
  const opened = answers.map((answer) => ({
    ...answer,
    from: new Date(answer.from),
    detectedAt: new Date(answer.detectedAt),
    closedAt: answer.closedAt === null ? null : new Date(answer.closedAt),
    members: answer.members.map(({ version, ...member }) => ({
      ...member,
      detectedAt: new Date(member.detectedAt),
      ...(version === undefined ? {} : { version }),
    })),
  }));
  const compared = compareIncidents(simulator.incidents, opened, start, DAY_MS);
  return { ...compared, model: simulator.world.model, version, rows, health, simulator };
}
