import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BenchRow } from './bench-row.ts';

/**
 * Runs every file of `rows/` in a process of its own and prints the figures; writes docs/benchmarks.md.
 * `--json` prints the rows as JSON; a name as argument runs that one file and leaves the page as it is.
 */
const json = process.argv.includes('--json');
const only = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const execute = promisify(execFile);
const folder = path.join(import.meta.dirname, 'rows');
const names = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
const rows: BenchRow[] = [];
// What others do on the machine makes times longer: the page says how busy it was before.
const busy = loadavg()[0] ?? 0;

for (const file of names) {
  if (only !== undefined && file !== `${only}.ts`) continue;
  console.error(`bench: ${file}`);
  const script = `import { run } from ${JSON.stringify(path.join(folder, file))};
    process.stdout.write('\\n' + JSON.stringify(await run()));
    process.exit(0);`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script], {
    maxBuffer: 1 << 26,
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  rows.push(...(JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as BenchRow[]));
}

if (json) console.log(JSON.stringify(rows, null, 2));
else console.log(table(rows));
if (only === undefined) await writePage(rows);

function table(all: readonly BenchRow[]): string {
  const width = Math.max(...all.map((row) => row.name.length));
  return all
    .map((row) => `${row.holds ? 'holds ' : 'FALLS '} ${row.name.padEnd(width)}  ${format(row)}  target ${row.target}`)
    .join('\n');
}

function format(row: BenchRow): string {
  const digits = Math.abs(row.value) >= 100 ? row.value.toFixed(0) : row.value.toPrecision(3);
  return `${digits} ${row.unit}`.padEnd(16);
}

async function writePage(all: readonly BenchRow[]): Promise<void> {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const versions = ['onnxruntime-node', 'chdb', '@opentelemetry/sdk-metrics', 'protobufjs', 'fastify']
    .map((name) => `${name} ${lock.packages[`node_modules/${name}`]?.version ?? 'absent'}`)
    .join(', ');
  const lines = all.map(
    (row) =>
      `| ${row.name} | ${format(row).trim()} | ${row.target} | ${row.target === 'printed' ? '' : row.holds ? 'yes' : '**no**'} |`,
  );
  const page = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`; do not edit. Ratios are taken in one run of one process, so that they carry over to other machines; times do not.',
    '',
    `Machine: ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB. Node ${process.versions.node}, ${versions}. Load average before the run: ${busy.toFixed(1)}${busy > 0.5 * cpus().length ? ' (busy with other work: times are too long, and ratios uncertain)' : ''}.`,
    '',
    '| what | measured | target | holds |',
    '|---|---|---|---|',
    ...lines,
    '',
  ];
  await writeFile(path.join(import.meta.dirname, '../../docs/benchmarks.md'), page.join('\n'));
}
