import type { ModelFile } from '../api/model-file.ts';
import type { ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import { observeFields } from '../domain/drift/observe.ts';
import type { Reference, ReferenceField } from '../domain/drift/reference.ts';
import type { Version } from '../domain/registry/state.ts';
import { layoutHash } from '../registry/layouts-answer.ts';
import type { Registry } from '../registry/registry.ts';
import type { ModelScope, Period, Store, StoredSeries } from '../store/store.ts';

/** A registered version with a baseline. */
export interface JudgedVersion {
  readonly version: Version;
  readonly modelFile: ModelFile;
  readonly reference: Reference;
}

/** The windows that a version served, in the layouts of its baseline, in order of time. */
export interface ObservedVersion extends JudgedVersion {
  readonly windows: readonly ObservedWindow[];
}

/** Which windows to read. `from` is the start of the first one. */
export interface WindowQuestion extends ModelScope, Period {
  readonly windowMs: number;
  /** Only rows whose segment holds all these pairs. */
  readonly segment?: Readonly<Record<string, string>>;
  /** Only this field; the others are observed without rows. Default: all. */
  readonly field?: string;
}

/** Where windows are read from. */
export interface WindowSources {
  readonly store: Store;
  readonly registry: Registry;
}

const HOUR_MS = 3_600_000;

/**
 * Reads windows of a model, split by registered version and brought into the layouts of its baseline.
 *
 * Left out: shadow and canary traffic, what is not registered, and versions without a baseline.
 */
export async function observeWindows(sources: WindowSources, question: WindowQuestion): Promise<ObservedVersion[]> {
  const { model, environment, from, to, windowMs, segment, field } = question;
  const series = await sources.store.readSeries({
    model,
    environment,
    from,
    to,
    source: windowMs % HOUR_MS === 0 && from.getTime() % HOUR_MS === 0 ? 'hourly' : 'minute',
    windowSeconds: windowMs / 1000,
    ...(segment === undefined ? {} : { segment }),
    ...(field === undefined ? {} : { field }),
  });
  const byVersion = Map.groupBy(series.filter(isChampion), ({ sha256, version }) => {
    const resolved = sources.registry.resolveVersion({ model, sha256, version });
    return resolved.registered ? resolved.version : '';
  });
  const observed: ObservedVersion[] = [];
  for (const [name, own] of byVersion) {
    const judged = name === '' ? undefined : await findJudged(sources.registry, model, name);
    if (judged === undefined) continue;
    const boundsOf = await findForeignBounds(sources.registry, model, own, judged.reference);
    observed.push({ ...judged, windows: toWindows(own, judged.reference, boundsOf, windowMs) });
  }
  return observed;
}

/** A version with what judging needs; undefined before it has a baseline. */
export async function findJudged(
  registry: Registry,
  model: string,
  name: string | undefined,
): Promise<JudgedVersion | undefined> {
  const version = await registry.choose(model, { version: name });
  const reference = await registry.referenceOf(version);
  return reference && { version, modelFile: registry.modelFileOf(version), reference };
}

/** Whether a series is of champion traffic. */
export function isChampion({ servingRole }: StoredSeries): boolean {
  return servingRole === '' || servingRole === 'champion';
}

function toWindows(
  series: readonly StoredSeries[],
  reference: Reference,
  boundsOf: (hash: string) => readonly number[] | undefined,
  windowMs: number,
): ObservedWindow[] {
  const settings = { layoutHash: layoutHashOf, boundsOf };
  return [...Map.groupBy(series, ({ windowStart }) => windowStart.getTime())]
    .sort(([a], [b]) => a - b)
    .map(([startMs, own]) => ({
      window: { start: new Date(startMs), end: new Date(startMs + windowMs) },
      fields: observeFields(reference.fields, own, settings),
    }));
}

const hashes = new WeakMap<ReferenceField, string>();

/** Hash of the layout that a field is judged in. */
export function layoutHashOf(field: ReferenceField): string {
  const hash = hashes.get(field) ?? layoutHash(field.layout);
  hashes.set(field, hash);
  return hash;
}

/** Bounds of the registered layouts among the series that are not the baseline's own: those of an older baseline. */
export async function findForeignBounds(
  registry: Registry,
  model: string,
  series: readonly StoredSeries[],
  reference: Reference,
): Promise<(hash: string) => readonly number[] | undefined> {
  const own = new Set(reference.fields.map(layoutHashOf));
  const foreign = new Set(series.map(({ layout }) => layout).filter((hash) => hash !== '' && !own.has(hash)));
  const bounds = new Map<string, readonly number[]>();
  for (const hash of foreign) {
    const layout = await registry.findLayout(model, hash);
    if (layout?.kind === 'edges') bounds.set(hash, layout.bounds);
  }
  return (hash) => bounds.get(hash);
}
