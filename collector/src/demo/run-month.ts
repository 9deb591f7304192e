import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAgent, type Agent } from '@prumo/agent';
import { Command } from 'commander';
import type { InferenceSession } from 'onnxruntime-node';
import type { HealthAnswer } from '../api/health.ts';
import type { IncidentAnswer } from '../api/incident.ts';
import type { PerformanceRow } from '../api/performance.ts';
import type { ModelAnswer } from '../api/registration.ts';
import { addBaselineCommand } from '../cli/baseline.ts';
import { createCollectorClient, pathOf } from '../cli/collector-client.ts';
import { addModelCommand } from '../cli/model.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Collector } from '../collector.ts';
import { parseModelFile, readModelYaml } from '../registry/parse-model-file.ts';
import { CHANGES, type KnownChange } from './changes.ts';
import { createLabelCourier } from './label-courier.ts';
import { locateModelFiles } from './model-files.ts';
import { compareIncidents, type Outcome } from './outcome.ts';
import { comparePerformance, isOfPerformance, type PerformanceOutcome } from './performance-outcome.ts';
import { LABEL_TIME, writeReference } from './reference-file.ts';
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
  /** Days of traffic. */
  readonly days: number;
  /** Days after them in which only labels come. */
  readonly labelDays: number;
  /** Changes of the world. Default: `CHANGES`. */
  readonly changes?: readonly KnownChange[];
  readonly terminal: Terminal;
}

/** What became of one model in the month. */
export interface ModelOutcome extends Outcome, PerformanceOutcome {
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
    const changes = (settings.changes ?? CHANGES).filter((change) => change.model === model);
    const simulator = createSimulator({ seed: settings.seed, model, start, scale: settings.scale, changes });
    const { onnx } = locateModelFiles(model);
    const session = await loadSession(onnx);
    const version = await register(simulator, session, collector.url, terminal);
    const { keptRowsPerDay, rowsPerDay } = simulator.world;
    const keptShare = Math.min(1, keptRowsPerDay / (rowsPerDay * settings.scale));
    const agent = serve(model, keptShare, collector.url, clock);
    models.push({ model, version, simulator, session, onnx, keptShare, agent });
  }
  const courier = createLabelCourier(createCollectorClient({ url: collector.url, token: undefined }));
  let labels = 0;
  const endDay = async (): Promise<void> => {
    labels += await courier.deliver(clock.nowMs);
    await collector.catchUp();
  };
  const afterDay = async (day: number, rows: number): Promise<void> => {
    await endDay();
    terminal.progress(`day ${day} of ${settings.days}, ${count(rows)} rows, ${count(labels)} labels`);
  };
  const rows = await replayTraffic({ models, clock, courier, start, days: settings.days, afterDay });
  await Promise.all(models.map(({ agent }) => agent.shutdown()));
  for (let day = 1; day <= settings.labelDays; day++) {
    clock.nowMs += DAY_MS;
    await endDay();
    terminal.progress(`day ${day} of ${settings.labelDays} after the traffic, ${count(labels)} labels`);
  }
  terminal.progress('');
  return Promise.all(models.map((one) => readOutcome(one, rows.get(one.model) ?? 0, settings)));
}

function count(rows: number): string {
  return rows.toLocaleString('en-US');
}

/** The agent of the service that serves a model. The amount by which a decision's value is weighted goes out with each row that is kept. */
function serve(model: ModelName, keptShare: number, url: string, clock: SimulatedClock): Agent {
  const { business } = parseModelFile(readModelYaml(readFileSync(locateModelFiles(model).description, 'utf8')));
  const always = business?.amount === undefined ? [] : [business.amount];
  const predictions = { always, sampling: keptShare };
  return createAgent({ endpoint: url, serviceName: `${model}-service`, now: () => clock.nowMs, predictions });
}

/** `prumo model register` and `prumo baseline`, as typed. */
async function register(
  simulator: Simulator,
  session: InferenceSession,
  url: string,
  terminal: Terminal,
): Promise<string> {
  const { model, labels } = simulator.world;
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
    await writeReference(simulator, session, reference);
    // Where only frauds are ever told, delays say nothing of the good payments: the horizon alone does.
    const labelTime = labels.comeFor === 'positives' ? [] : ['--label-time', LABEL_TIME];
    await type('baseline', '--model', model, '--version', version, reference, '--chunk', '1d', ...labelTime);
    return version;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
  const { incidents, changes } = simulator;
  const ofFields = opened.filter((incident) => !isOfPerformance(incident));
  const seen = {
    incidents: opened,
    rows: await client.request<PerformanceRow[]>('GET', pathOf('models', model, 'performance')),
  };
  return {
    ...compareIncidents(incidents, ofFields, start, DAY_MS, changes),
    ...comparePerformance(incidents, changes, seen, start, DAY_MS),
    model: simulator.world.model,
    version,
    rows,
    health,
    simulator,
  };
}
