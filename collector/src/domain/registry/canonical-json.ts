/** JSON whose keys are sorted at every depth: equal values have equal texts. Properties that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortDeep(value));
}

function sortDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(isObject) ? value.map(sortDeep) : value;
  if (!isObject(value) || value instanceof Date) return value;
  // Without a prototype, a key `__proto__` is a key like any other.
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value).sort()) sorted[key] = sortDeep(value[key]);
  return sorted;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
