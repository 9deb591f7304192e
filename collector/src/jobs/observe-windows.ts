import type { ModelFile } from '../api/model-file.ts';
import type { ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import { observeFields } from '../domain/drift/observe.ts';
import type { Reference, ReferenceField } from '../domain/drift/reference.ts';
import type { Version } from '../domain/registry/state.ts';
import { layoutHash } from '../registry/layouts-answer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store, StoredSeries } from '../store/store.ts';
import { groupByVersion, readWindowSeries, type WindowQuestion } from './window-series.ts';

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

/** Where windows are read from. */
export interface WindowSources {
  readonly store: Store;
  readonly registry: Registry;
}

/**
 * Reads windows of a model, split by registered version and brought into the layouts of its baseline.
 *
 * Left out: shadow and canary traffic, what is not registered, and versions without a baseline.
 */
export async function observeWindows(sources: WindowSources, question: WindowQuestion): Promise<ObservedVersion[]> {
  const { model, windowMs } = question;
  const byVersion = groupByVersion(sources.registry, model, await readWindowSeries(sources.store, question));
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
