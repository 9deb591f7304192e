import type { PerformanceQuery, PerformanceRow } from '../api/performance.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import type { LabeledPerformance } from '../jobs/measure-labels.ts';
import { readPerformance } from '../jobs/stored-performance.ts';
import type { Period } from '../store/store.ts';
import { answerSegments } from './answer-segments.ts';
import { DEFAULT_ENVIRONMENT } from './default-environment.ts';
import { measureKinds } from './measure-kinds.ts';
import { toPerformanceRow } from './performance-row.ts';
import { wholeWindows } from './whole-windows.ts';

const HOUR_MS = 3_600_000;

/**
 * Answers a question about performance: what is stored where it is the model's own (its windows, all rows), else the same code on the
 * spot, marked `adHoc` and neither stored nor alarmed.
 *
 * @throws PrumoError `PRUMO_MODEL_UNKNOWN`, `PRUMO_VERSION_UNKNOWN`, `PRUMO_INPUT_INVALID`.
 */
export async function answerPerformance(
  settings: JudgeSettings,
  model: string,
  query: PerformanceQuery,
): Promise<PerformanceRow[]> {
  const version = await settings.registry.choose(model, { version: query.version });
  const { performanceMs } = settings.registry.modelFileOf(version).windows;
  const windowMs = query.window ?? performanceMs;
  const isOwn = windowMs === performanceMs && Object.keys(query.segment ?? {}).length === 0 && query.by === undefined;
  if (isOwn) return answerStored(settings, model, query);
  if (query.asOf !== undefined) {
    throw new PrumoError('PRUMO_INPUT_INVALID', "query: asOf is answered for the model's own windows only");
  }
  const environment = query.environment ?? DEFAULT_ENVIRONMENT;
  const period = await periodOf(settings, model, environment, query);
  if (period === undefined) return [];
  const { segment, by } = query;
  const question = { model, environment, ...period, windowMs, ...(segment === undefined ? {} : { segment }) };
  if (by !== undefined) return answerSegments(settings, { ...question, kind: query.kind, version: query.version, by });
  const whole = { ...question, ...wholeWindows(period.from.getTime(), period.to.getTime(), windowMs) };
  const measured = await measureKinds(settings, whole, query.kind);
  const context = { environment, segment: segment ?? {}, judgedAt: new Date(settings.now()), adHoc: true };
  return measured
    .filter((one) => query.version === undefined || one.version === query.version)
    .sort(byWindow)
    .map((one) => toPerformanceRow(one, context));
}

async function answerStored(
  { store }: JudgeSettings,
  model: string,
  query: PerformanceQuery,
): Promise<PerformanceRow[]> {
  const { version, from, to, asOf, kind } = query;
  const stored = await readPerformance(store, {
    model,
    environment: query.environment ?? DEFAULT_ENVIRONMENT,
    segment: '',
    ...(version === undefined ? {} : { version }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(kind === 'both' ? {} : { kind }),
  });
  return stored
    .filter(({ performance }) => kind !== 'both' || performance.kind !== 'concept')
    .sort(byWindow)
    .map(({ environment, judgedAt, ...one }) =>
      toPerformanceRow(one, { environment, segment: {}, judgedAt, adHoc: false }),
    );
}

function byWindow({ performance: a }: LabeledPerformance, { performance: b }: LabeledPerformance): number {
  return a.window.start.getTime() - b.window.start.getTime() || (a.kind < b.kind ? 1 : a.kind > b.kind ? -1 : 0);
}

/** The period that is asked for; an open end reaches what is stored. */
async function periodOf(
  { store }: JudgeSettings,
  model: string,
  environment: string,
  { from, to }: PerformanceQuery,
): Promise<Period | undefined> {
  if (from !== undefined && to !== undefined) return { from, to };
  const hours = await store.hoursOf({ model, environment });
  const labeled = (await store.touchedLabels(new Date(0), model)).filter((one) => one.environment === environment);
  const times = [...labeled.map(({ hour }) => hour), ...(hours === undefined ? [] : [hours.first, hours.last])];
  if (times.length === 0) return undefined;
  const ms = times.map((time) => time.getTime());
  const first = from ?? new Date(Math.min(...ms));
  const end = to ?? new Date(Math.max(...ms) + HOUR_MS);
  return first < end ? { from: first, to: end } : undefined;
}
