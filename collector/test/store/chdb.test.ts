import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { describeLabels } from './labels.contract.ts';
import { describeStore } from './store.contract.ts';

describeStore('embedded', (folder) => openEmbeddedStore({ path: folder }));

describeLabels('embedded', (folder) => openEmbeddedStore({ path: folder }));

describe('embedded store', () => {
  it('refuses a folder whose name file() would not take literally', async () => {
    for (const path of ["/tmp/a'b", '/tmp/a*', '/tmp/{a,b}', '/tmp/a\n', 'relative', '/tmp/a\\b']) {
      await expect(openEmbeddedStore({ path })).rejects.toMatchObject({ code: 'PRUMO_CONFIG_INVALID' });
    }
  });

  it('takes a folder with blanks and letters of other alphabets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prumo modèle ж '));
    const store = await openEmbeddedStore({ path: join(folder, 'data') });
    await store.migrate();
    expect((await store.tableFacts()).map((facts) => facts.table)).toContain('profiles_hourly');
    await store.close();
    await rm(folder, { recursive: true });
  });
});
