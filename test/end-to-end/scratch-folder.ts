import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An empty folder, made when first asked for, and the function that removes it with all that was put into it. */
export function makeScratchFolder(): { readonly folder: string; readonly remove: () => Promise<void> } {
  let made: string | undefined;
  return {
    get folder() {
      return (made ??= mkdtempSync(path.join(tmpdir(), 'prumo-test-')));
    },
    remove: async () => {
      if (made !== undefined) await rm(made, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
