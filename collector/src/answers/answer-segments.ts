import type { PerformanceQuery, PerformanceRow } from '../api/performance.ts';
import type { MetricName } from '../domain/performance/metric.ts';
import { rankSegments } from '../domain/performance/segments/rank-segments.ts';
import { explainUnknownName } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import type { LabeledPerformance } from '../jobs/measure-labels.ts';
import type { WindowQuestion } from '../jobs/window-series.ts';
import { parseSegment } from '../store/segment-text.ts';
import { measureKinds } from './measure-kinds.ts';
import { toPerformanceRow } from './performance-row.ts';

/** A question about every value of a segment key, over one window: the whole period. */
type SegmentsQuestion = Omit<WindowQuestion, 'windowMs'> & Pick<PerformanceQuery, 'kind' | 'version'> & { by: string };

/** A value of the key, and how it did. */
interface Slice {
  readonly value: string;
  readonly rows: readonly LabeledPerformance[];
}

/** One row per value of a segment key, version and kind, the worst first; each is drawn toward all rows by its uncertainty. */
export async function answerSegments(settings: JudgeSettings, question: SegmentsQuestion): Promise<PerformanceRow[]> {
  const { model, by, kind, version, environment, from, to } = question;
  const { segments, fields } = await settings.registry.choose(model, { version });
  if (!segments.includes(by)) {
    const message = `query: ${explainUnknownName('segment key', by, segments)}; the model file declares them`;
    throw new PrumoError('PRUMO_INPUT_INVALID', message);
  }
  const base = { model, environment, from, to, windowMs: to.getTime() - from.getTime() };
  const read = async (segment: WindowQuestion['segment']): Promise<readonly LabeledPerformance[]> => {
    const measured = await measureKinds(settings, { ...base, ...(segment && { segment }) }, kind);
    return measured.filter((one) => version === undefined || one.version === version);
  };
  const whole = await read(question.segment);
  const slices: Slice[] = [];
  for (const value of await valuesOf(settings, base, by, fields[0]?.name ?? '')) {
    slices.push({ value, rows: await read({ ...question.segment, [by]: value }) });
  }
  const context = { environment, judgedAt: new Date(settings.now()), adHoc: true };
  return whole.flatMap((all) =>
    rankOne(all, slices).map(({ value, row, ...ranked }) => {
      const segment = { ...question.segment, [by]: value };
      return { ...toPerformanceRow(row, { ...context, segment }), ...ranked };
    }),
  );
}

/** Values of a key among the rows of a period: of predictions with ids, and of profiles. */
async function valuesOf(
  { store }: JudgeSettings,
  question: WindowQuestion,
  key: string,
  field: string,
): Promise<string[]> {
  const { model, environment, from, to, windowMs } = question;
  const asked = { model, environment, from, to, windowSeconds: windowMs / 1000, bySegment: true };
  const predicted = await store.countPredictions(asked);
  const profiled = await store.readSeries({ ...asked, source: 'hourly', field });
  const texts = new Set([...predicted, ...profiled].map(({ segment }) => segment));
  return [...new Set([...texts].flatMap((text) => parseSegment(text)[key] ?? []))].sort();
}

function rankOne(all: LabeledPerformance, slices: readonly Slice[]) {
  const { primary, kind } = all.performance;
  const own = slices.flatMap(({ value, rows }) => {
    const row = rows.find((one) => isSame(one, all));
    return row === undefined ? [] : [{ value, row }];
  });
  const largest = own.reduce<LabeledPerformance | undefined>(
    (most, { row }) => (most === undefined || row.performance.rows > most.performance.rows ? row : most),
    undefined,
  );
  const whole = all.performance.metrics[primary];
  const measured = own.map((one) => ({ segment: one, measured: one.row.performance.metrics[primary] }));
  return rankSegments(primary, whole, measured).map(({ segment: { value, row }, rank, shrunk }) => {
    const positiveRate = rateOf(row);
    const most = largest === undefined ? null : rateOf(largest);
    const ratio = positiveRate === null || most === null || most === 0 ? null : positiveRate / most;
    return {
      value,
      row,
      rank: {
        rank,
        value: shrunk?.value ?? null,
        low: shrunk?.low ?? null,
        high: shrunk?.high ?? null,
        whole: whole?.value ?? null,
      },
      ...(kind === 'concept' ? {} : { positiveRate, positiveRateRatio: ratio }),
    };
  });
}

function isSame(a: LabeledPerformance, b: LabeledPerformance): boolean {
  return a.version === b.version && a.servingRole === b.servingRole && a.performance.kind === b.performance.kind;
}

/** Share of positive decisions. */
function rateOf({ performance: { metrics } }: LabeledPerformance): number | null {
  const name: MetricName = 'positive_rate';
  return metrics[name]?.value ?? null;
}
