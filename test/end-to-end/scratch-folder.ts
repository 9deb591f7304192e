import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Makes an empty folder, and the function that removes it with all that was put into it. */
export function makeScratchFolder(): { readonly folder: string; readonly remove: () => Promise<void> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'prumo-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
