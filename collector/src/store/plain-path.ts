import { isAbsolute } from 'node:path';
import { PrumoError } from '../errors/prumo-error.ts';

/**
 * The path itself, if it is absolute and free of quotes, backslashes, control characters and the signs that ClickHouse's
 * `file()` expands (`*`, `?`, `{`, `}`, `[`, `]`). Throws `PRUMO_CONFIG_INVALID` otherwise.
 */
export function plainPath(path: string): string {
  const isOdd =
    !isAbsolute(path) || /['"`\\*?{}[\]|]/.test(path) || [...path].some((char) => char < ' ' || char === '\x7f');
  if (!isOdd) return path;
  throw new PrumoError(
    'PRUMO_CONFIG_INVALID',
    `The data folder ${JSON.stringify(path)} cannot be used: its path must be absolute, without quotes, backslashes, line ` +
      'breaks and * ? { } [ ] |.',
  );
}
