import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Each seeded file breaks exactly the rule it is named after. */
const SEEDED: Record<string, { file: string; imports: string }> = {
  'profile-imports-nothing': { file: 'agent/src/profile/seeded.ts', imports: 'node:fs' },
  'agent-never-imports-collector': { file: 'agent/src/watch/seeded.ts', imports: '../../../collector/src/index.ts' },
  'collector-imports-only-the-profile-of-the-agent': {
    file: 'collector/src/jobs/seeded.ts',
    imports: '../../../agent/src/index.ts',
  },
  'domain-is-pure': { file: 'collector/src/domain/drift/seeded.ts', imports: '../../store/store.ts' },
  'only-the-root-and-the-cli-name-an-adapter': {
    file: 'collector/src/jobs/seeded-adapter.ts',
    imports: '../store/embedded.ts',
  },
  'api-imports-only-zod-and-the-profile': { file: 'collector/src/api/seeded.ts', imports: '../store/store.ts' },
};

describe('import fences', () => {
  let root: string;
  let broken: Set<string>;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'prumo-fences-'));
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json']) {
      await cp(path.join(repository, name), path.join(root, name));
    }
    await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
    for (const target of [
      'agent/src/index.ts',
      'collector/src/index.ts',
      'collector/src/store/store.ts',
      'collector/src/store/embedded.ts',
    ]) {
      await write(target, 'export const seeded = 1;\n');
    }
    for (const { file, imports } of Object.values(SEEDED)) {
      await write(file, `import * as seeded from '${imports}';\nexport default seeded;\n`);
    }
    await write('collector/src/jobs/cycle-a.ts', "import './cycle-b.ts';\n");
    await write('collector/src/jobs/cycle-b.ts', "import './cycle-a.ts';\n");
    broken = await brokenRules();
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  async function write(file: string, text: string): Promise<void> {
    const target = path.join(root, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  async function brokenRules(): Promise<Set<string>> {
    const cruiser = path.join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'agent', 'collector'];
    const output = await run(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }).then(
      (result) => result.stdout,
      (failure: { stdout: string }) => failure.stdout,
    );
    const report = JSON.parse(output) as { summary: { violations: { rule: { name: string } }[] } };
    return new Set(report.summary.violations.map((violation) => violation.rule.name));
  }

  it.each(Object.keys(SEEDED))('catches a seeded violation of %s', (rule) => {
    expect(broken).toContain(rule);
  });

  it('catches a seeded cycle', () => {
    expect(broken).toContain('no-cycles');
  });
});
