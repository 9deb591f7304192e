import type { Agent } from '@prumo/agent';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { SimulatedTensors } from './columns.ts';
import type { LabelCourier } from './label-courier.ts';
import { HOUR_MS } from './moment.ts';
import type { Simulator } from './simulator.ts';

/** One model of the demo as a service runs it: its traffic, and the bare session. */
export interface ServedModel {
  readonly model: string;
  readonly version: string;
  readonly simulator: Simulator;
  readonly session: InferenceSession;
  /** The ONNX file that the session was made from. */
  readonly onnx: string;
  /** Share of the rows that are kept one by one for their labels. */
  readonly keptShare: number;
  /** Of the service that serves the model: every model has a service of its own. */
  readonly agent: Agent;
}

/** The simulated time that the agents and the collector live in, in milliseconds since 1970. */
export interface SimulatedClock {
  nowMs: number;
}

export interface ReplaySettings {
  readonly models: readonly ServedModel[];
  readonly clock: SimulatedClock;
  /** Takes what became true of every row. */
  readonly courier: LabelCourier;
  readonly start: Date;
  readonly days: number;
  /** Called after each simulated day, when the clock stands at its end. */
  readonly afterDay: (day: number, rows: number) => Promise<void>;
}

/** Loads a model as a service would: one thread, as ONNX Runtime advises for small models. */
export async function loadSession(onnx: string): Promise<InferenceSession> {
  return InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

/**
 * Runs the traffic through the watched sessions hour by hour, every row with its id; the agents flush at each full hour.
 *
 * @returns Rows per model.
 */
export async function replayTraffic(settings: ReplaySettings): Promise<Map<string, number>> {
  const { models, clock, courier, start, days } = settings;
  clock.nowMs = start.getTime();
  const served = models.map((one) => ({
    ...one,
    watched: one.agent.watch(one.session, { model: one.model, version: one.version, onnx: one.onnx }),
  }));
  await Promise.all(models.map(({ agent }) => agent.ready({ timeoutMs: 30_000 })));
  const rows = new Map(models.map(({ model }) => [model, 0]));
  for (let hour = 0; hour < days * 24; hour++) {
    for (const { model, simulator, watched, keptShare } of served) {
      for (const batch of simulator.hour(hour)) {
        const results = await watched.with({ ids: batch.ids, segment: batch.segment }).run(toFeeds(batch.tensors));
        const isSelected = simulator.world.labels.comeFor === 'approved';
        courier.take(simulator.world, batch, keptShare, isSelected ? decisionsOf(results) : undefined);
        rows.set(model, (rows.get(model) ?? 0) + batch.rowCount);
      }
    }
    clock.nowMs = start.getTime() + (hour + 1) * HOUR_MS;
    await Promise.all(models.map(({ agent }) => agent.flush()));
    if ((hour + 1) % 24 === 0) await settings.afterDay((hour + 1) / 24, totalOf(rows));
  }
  return rows;
}

/** What a batch is fed to a session as. */
export function toFeeds(tensors: SimulatedTensors): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, [...dims])]),
  );
}

/** The decided class of each row as text; undefined for a model that decides nothing. */
export function decisionsOf(results: InferenceSession.OnnxValueMapType): string[] | undefined {
  const decided = results['label'];
  return decided === undefined ? undefined : Array.from(decided.data as ArrayLike<number | bigint>, String);
}

function totalOf(rows: ReadonlyMap<string, number>): number {
  return [...rows.values()].reduce((total, count) => total + count, 0);
}
