import { PrumoError } from '../errors/prumo-error.ts';

/** An error of a data file: which file, where in it, what is wrong, what is allowed. */
export function dataError(path: string, place: string, message: string, cause?: unknown): PrumoError {
  const where = place === '' ? path : `${path}, ${place}`;
  return new PrumoError('PRUMO_DATA_INVALID', `${where}: ${message}`, { cause, detail: { path, place } });
}

/** The error of a file that could not be opened or read; an error that has a code already stays. */
export function readError(path: string, cause: unknown): PrumoError {
  if (cause instanceof PrumoError) return cause;
  const code = codeOf(cause);
  if (code.startsWith('Z_')) return dataError(path, '', 'is no complete gzip file; compress it again', cause);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return dataError(path, '', 'is not UTF-8 text; save it as UTF-8', cause);
  }
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new PrumoError('PRUMO_FILE_UNREADABLE', `${path}: ${reason}`, { cause, detail: { path } });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'is a folder; give one file',
};

function codeOf(cause: unknown): string {
  const code = cause instanceof Error ? (cause as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}
