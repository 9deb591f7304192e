import type { DriftQuery, DriftRow, ReferenceChoice } from '../api/drift.ts';
import { mergeThinWindows, type ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import type { Version } from '../domain/registry/state.ts';
import type { FieldVerdict } from '../domain/drift/verdict.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import { judgeObserved } from '../jobs/judge-observed.ts';
import { observeWindows, type ObservedVersion } from '../jobs/observe-windows.ts';
import type { Period } from '../store/store.ts';
import { DEFAULT_ENVIRONMENT } from './default-environment.ts';
import { judgeCompatible } from './judge-compatible.ts';
import { chooseReference, lookBackMs, markSuspects } from './past-reference.ts';
import { toDriftRow } from './drift-row.ts';
import { wholeWindows } from './whole-windows.ts';

/** A question with its window length, in milliseconds. */
export interface AdHocQuery extends DriftQuery {
  readonly window: number;
}

const HOUR_MS = 3_600_000;

/** Judges on the spot what is not the model's own question: another window, segment, reference or mode. */
export async function answerAdHoc(settings: JudgeSettings, version: Version, query: AdHocQuery): Promise<DriftRow[]> {
  const environment = query.environment ?? DEFAULT_ENVIRONMENT;
  const period = await periodOf(settings, version.model, environment, query);
  if (period === undefined) return [];
  const choice = query.reference ?? { kind: 'baseline' };
  const scope = { model: version.model, environment };
  const reach = reachOf(period, choice, query.window);
  const versions = await observeWindows(settings, {
    ...scope,
    ...reach,
    windowMs: query.window,
    ...(query.segment === undefined ? {} : { segment: query.segment }),
  });
  const suspects = choice.kind === 'baseline' ? undefined : await markSuspects(settings, scope, reach);
  const judgedAt = new Date(settings.now());
  return versions
    .filter((one) => query.version === undefined || one.version.version === query.version)
    .flatMap((one) =>
      judgeAll(one, query, choice, period, suspects).map((verdict) =>
        toDriftRow(verdict, {
          version: one.version.version,
          environment,
          segment: query.segment ?? {},
          judgedAt,
          adHoc: true,
        }),
      ),
    );
}

function judgeAll(
  version: ObservedVersion,
  query: AdHocQuery,
  choice: ReferenceChoice,
  period: Period,
  suspects: ((window: ObservedWindow) => boolean) | undefined,
): FieldVerdict[] {
  const asked = version.windows.filter(({ window }) => window.start >= period.from && window.start < period.to);
  const { mode } = query;
  if (mode !== 'prumo') return asked.flatMap((one) => judgeCompatible(mode, version, one));
  if (suspects === undefined) {
    const merged = mergeThinWindows(asked, { minRows: version.modelFile.minRows });
    return merged.flatMap(({ window, fields }) => judgeObserved(version, window, fields));
  }
  const past = version.windows.map((one) => ({ ...one, isSuspect: suspects(one) }));
  return asked.flatMap(({ window, fields }) => {
    const against = chooseReference(choice, past, window, version.reference);
    return against === undefined ? [] : judgeObserved(version, window, fields, { against });
  });
}

/** The windows that are asked for, on whole windows; an open end reaches what is stored. */
async function periodOf(
  { store }: JudgeSettings,
  model: string,
  environment: string,
  query: AdHocQuery,
): Promise<Period | undefined> {
  let { from, to } = query;
  if (from === undefined || to === undefined) {
    const hours = await store.hoursOf({ model, environment });
    if (hours === undefined) return undefined;
    from ??= hours.first;
    to ??= new Date(hours.last.getTime() + HOUR_MS);
    if (from >= to) return undefined;
  }
  return wholeWindows(from.getTime(), to.getTime(), query.window);
}

/** The period and the past that the reference is made of. */
function reachOf(period: Period, choice: ReferenceChoice, windowMs: number): Period {
  const from = Math.min(period.from.getTime(), lookBackMs(choice, period.from));
  const to = choice.kind === 'pinned' ? Math.max(period.to.getTime(), choice.to.getTime()) : period.to.getTime();
  return wholeWindows(from, to, windowMs);
}
