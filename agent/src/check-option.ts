/** A whole number within bounds, or the fallback where none is given. @throws TypeError that names the key. */
export function readInteger(key: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  return refuse(key, value, `a whole number from ${min} to ${Math.floor(max)}`);
}

/** @throws TypeError that says which option is wrong, what it is, and what is allowed. */
export function refuse(key: string, value: unknown, allowed: string): never {
  const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  throw new TypeError(`createAgent: ${key} is ${shown.slice(0, 100)}; allowed: ${allowed}`);
}

/** @throws TypeError for a key that no option has. */
export function refuseUnknownKeys(prefix: string, options: object, keys: Readonly<Record<string, true>>): void {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(keys, key)) refuse(`${prefix}${key}`, 'given', `the keys ${Object.keys(keys).join(', ')}`);
  }
}
