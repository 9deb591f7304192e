import type { DriftQuery, DriftRow } from '../api/drift.ts';
import type { StoredVerdict } from '../store/store.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import { toWindows } from '../jobs/update-incidents.ts';
import { answerAdHoc } from './answer-ad-hoc.ts';
import { DEFAULT_ENVIRONMENT } from './default-environment.ts';
import { toDriftRow } from './drift-row.ts';

/**
 * Answers a question about drift: the stored verdicts where it is the model's own (its windows, all rows, its baseline),
 * else the same code on the spot, marked `adHoc` and neither stored nor alarmed.
 *
 * @throws PrumoError `PRUMO_MODEL_UNKNOWN`, `PRUMO_VERSION_UNKNOWN`, `PRUMO_INPUT_INVALID` for too many windows.
 */
export async function answerDrift(settings: JudgeSettings, model: string, query: DriftQuery): Promise<DriftRow[]> {
  const version = await settings.registry.choose(model, { version: query.version });
  const { driftMs } = settings.registry.modelFileOf(version).windows;
  const isOwn =
    (query.window ?? driftMs) === driftMs &&
    Object.keys(query.segment ?? {}).length === 0 &&
    (query.reference ?? { kind: 'baseline' }).kind === 'baseline' &&
    query.mode === 'prumo';
  if (!isOwn) return answerAdHoc(settings, version, { ...query, window: query.window ?? driftMs });
  return answerStored(settings, model, query);
}

async function answerStored({ store }: JudgeSettings, model: string, query: DriftQuery): Promise<DriftRow[]> {
  const verdicts = await store.readDrift({
    model,
    environment: query.environment ?? DEFAULT_ENVIRONMENT,
    segment: '',
    reference: 'baseline',
    ...(query.version === undefined ? {} : { version: query.version }),
    ...(query.from === undefined ? {} : { from: query.from }),
    ...(query.to === undefined ? {} : { to: query.to }),
  });
  return newestWindows(verdicts).map((verdict) =>
    toDriftRow(verdict, {
      version: verdict.version,
      environment: verdict.environment,
      segment: {},
      judgedAt: verdict.judgedAt,
      adHoc: false,
    }),
  );
}

/** Verdicts in order of time, without the thin windows that a longer one has taken in since. */
function newestWindows(verdicts: readonly StoredVerdict[]): StoredVerdict[] {
  return toWindows(verdicts).flatMap((window) => window.verdicts);
}
