import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderConfigPage } from '../../src/config/config-page.ts';
import { loadConfig } from '../../src/config/load.ts';
import { redactConfig } from '../../src/config/redact.ts';
import { DEFAULTS } from '../../src/config/schema.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'prumo-config-'));

function fileWith(text: string): string {
  const file = path.join(folder, 'prumo.yaml');
  writeFileSync(file, text);
  return file;
}

const refusal = (words: string) =>
  expect.objectContaining({ code: 'PRUMO_CONFIG_INVALID', message: expect.stringContaining(words) as string }) as Error;

describe('the configuration', () => {
  it('has the documented defaults', () => {
    expect(loadConfig({ environment: {} })).toEqual({ ...DEFAULTS, clickhouse: {} });
  });

  it('takes the file, over it the environment, over that the options', () => {
    const file = fileWith(
      'port: 1\nhost: ::1\nspool: { maxBytes: 1000000000, segmentBytes: 1000000 }\njobs: { intervalMs: 10m }\n',
    );
    const environment = { PRUMO_PORT: '2', PRUMO_SPOOL_SEGMENT_BYTES: '2000', PRUMO_CLICKHOUSE_URL: 'http://db:8123' };
    const config = loadConfig({ file, environment, options: { port: 3 } });
    expect(config).toMatchObject({
      port: 3,
      host: '::1',
      spool: { maxBytes: 1_000_000_000, segmentBytes: 2000 },
      jobs: { intervalMs: 600_000 },
      clickhouse: { url: 'http://db:8123' },
    });
    expect(loadConfig({ file, environment }).port).toBe(2);
  });

  it('finds its file by PRUMO_CONFIG', () => {
    expect(loadConfig({ environment: { PRUMO_CONFIG: fileWith('port: 7') } }).port).toBe(7);
  });

  it.each([
    ['prot: 1', 'unknown key "prot"; did you mean "port"?'],
    ['spool: { maxByte: 1 }', 'spool: unknown key "maxByte"; did you mean "maxBytes"?'],
    ['spool: { maxBytes: 2048 }', 'spool.maxBytes: maxBytes (2048) holds fewer than two segments'],
    ['port: 70000', 'port: '],
    ['port: eighty', 'port: '],
    ['clickhouse: { cluster: main }', 'clickhouse.cluster: a cluster needs clickhouse.url'],
    ['clickhouse: { url: "ftp://db" }', 'clickhouse.url: an http or https address'],
    ['- port', 'keys and values are expected'],
    ['port: [', 'prumo.yaml'],
  ])('refuses the file "%s"', (text, words) => {
    expect(() => loadConfig({ file: fileWith(text), environment: {} })).toThrow(refusal(words));
  });

  it.each([
    ['PRUMO_POTR', 'did you mean "PRUMO_PORT"?'],
    ['PRUMO_SPOOL_SIZE_OF_ALL_SEGMENTS_TOGETHER', 'unknown variable'],
    ['PRUMO_CLICKHOUSE_URI', 'did you mean "PRUMO_CLICKHOUSE_URL"?'],
  ])('refuses the variable %s', (name, words) => {
    expect(() => loadConfig({ environment: { [name]: '1' } })).toThrow(refusal(words));
  });

  it("leaves the agent's and the command's variables alone", () => {
    const environment = { PRUMO_TOKEN: 'x', PRUMO_URL: 'http://h', PRUMO_ENDPOINT: 'http://h', PRUMO_PORT: '' };
    expect(loadConfig({ environment }).port).toBe(DEFAULTS.port);
  });

  it('says that a file is not there', () => {
    const missing = path.join(folder, 'none.yaml');
    expect(() => loadConfig({ file: missing, environment: {} })).toThrow(
      expect.objectContaining({ code: 'PRUMO_FILE_UNREADABLE' }),
    );
  });

  it('is printed without secrets', () => {
    const environment = { PRUMO_CLICKHOUSE_URL: 'https://prumo:hunter2@db:8443/?key=hunter3' };
    const shown = JSON.stringify(redactConfig(loadConfig({ environment })));
    expect(shown).toContain('https://prumo:***@db:8443/');
    expect(shown).not.toContain('hunter');
  });

  it('takes a key for ids as text, also of digits, and never shows it', () => {
    const config = loadConfig({ environment: { PRUMO_ID_KEY: '00112233445566778899' } });
    expect(config.idKey).toBe('00112233445566778899');
    expect(redactConfig(config).idKey).toBe('***');
    const short = (): unknown => loadConfig({ environment: { PRUMO_ID_KEY: 'short-secret' } });
    expect(short).toThrow(refusal('idKey: a key of at least 16 characters is expected'));
    expect(short).not.toThrow(/short-secret/);
  });

  it('is what docs/reference/config.md shows', () => {
    // To write the page anew: node -e "import('./collector/src/config/config-page.ts').then((p) => process.stdout.write(p.renderConfigPage()))"
    const page = path.resolve(import.meta.dirname, '../../../docs/reference/config.md');
    expect(readFileSync(page, 'utf8')).toBe(renderConfigPage());
  });
});
