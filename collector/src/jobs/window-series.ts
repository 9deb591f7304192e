import type { Registry } from '../registry/registry.ts';
import type { ModelScope, Period, Store, StoredSeries } from '../store/store.ts';

const HOUR_MS = 3_600_000;

/** Which windows to read. `from` is the start of the first one. */
export interface WindowQuestion extends ModelScope, Period {
  readonly windowMs: number;
  /** Only rows whose segment holds all these pairs. */
  readonly segment?: Readonly<Record<string, string>>;
  /** Only this field; the others are observed without rows. Default: all. */
  readonly field?: string;
}

/** Series of champion traffic by window; from the hours that were rolled up where windows are whole hours. */
export async function readWindowSeries(
  store: Pick<Store, 'readSeries'>,
  { model, environment, from, to, windowMs, segment, field }: WindowQuestion,
): Promise<StoredSeries[]> {
  const series = await store.readSeries({
    model,
    environment,
    from,
    to,
    source: windowMs % HOUR_MS === 0 && from.getTime() % HOUR_MS === 0 ? 'hourly' : 'minute',
    windowSeconds: windowMs / 1000,
    ...(segment === undefined ? {} : { segment }),
    ...(field === undefined ? {} : { field }),
  });
  return series.filter(({ servingRole }) => servingRole === '' || servingRole === 'champion');
}

/** Series by the registered version that they come from; those of none under the empty name. */
export function groupByVersion(
  registry: Pick<Registry, 'resolveVersion'>,
  model: string,
  series: readonly StoredSeries[],
): Map<string, StoredSeries[]> {
  return Map.groupBy(series, ({ sha256, version }) => {
    const resolved = registry.resolveVersion({ model, sha256, version });
    return resolved.registered ? resolved.version : '';
  });
}
