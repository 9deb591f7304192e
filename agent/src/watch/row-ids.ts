/** Most characters of an id; the collector takes no longer ones. */
const MAX_ID_LENGTH = 256;

/** The ids of a run as the host gave them, copied, as its list may change; undefined where none were given. @throws where there is no list. */
export function readIds(ids: unknown): readonly unknown[] | undefined {
  if (ids === undefined || ids === null) return undefined;
  if (Array.isArray(ids)) return [...(ids as unknown[])];
  if (ArrayBuffer.isView(ids) && !(ids instanceof DataView)) return Array.from(ids as unknown as ArrayLike<unknown>);
  throw new TypeError('ids are no list');
}

/** The id as text; undefined for a row without one (undefined, null or empty), null for what is no id. */
export function idText(id: unknown): string | undefined | null {
  if (id === undefined || id === null || id === '') return undefined;
  if (typeof id === 'bigint' || (typeof id === 'number' && Number.isFinite(id))) return String(id);
  return typeof id === 'string' && id.length <= MAX_ID_LENGTH && id.isWellFormed() ? id : null;
}
