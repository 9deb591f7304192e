/**
 * Simulates the alarm rule: false incidents without any change, and the smallest drift found.
 *
 * Run: npm run alarm:simulate -- [--weeks 2000] [--power-runs 200] [--seed 1] [--json]
 * The table goes to standard output, progress to standard error. The exit code is 1 where the stated rate does not hold.
 */
import { parseArgs } from 'node:util';
import { FALSE_PER_WEEK } from './model-week.ts';
import { findDetectablePsi } from './power.ts';
import { runScenario } from './run-scenario.ts';
import { listScenarios } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    weeks: { type: 'string', default: '2000' },
    'power-runs': { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const weeks = Number(values.weeks);
const powerRuns = Number(values['power-runs']);
const seed = Number(values.seed);

const scenarios = listScenarios();
const rows = scenarios.map((scenario, index) => {
  const startedMs = Date.now();
  const result = runScenario(scenario, weeks, seed + index);
  const detectablePsi = powerRuns > 0 ? findDetectablePsi(scenario, powerRuns, seed + index) : null;
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  process.stderr.write(`${index + 1} of ${scenarios.length}: ${result.incidents} false, ${seconds} s\n`);
  const { behavior, windowHours, referenceRows, rowsPerWindow } = scenario;
  return { behavior: behavior.name, windowHours, referenceRows, rowsPerWindow, ...result, detectablePsi };
});

if (values.json) console.log(JSON.stringify({ falsePerWeek: FALSE_PER_WEEK, seed, rows }, null, 2));
else console.log(renderTable());
if (rows.some(({ holds }) => !holds)) process.exitCode = 1;

function renderTable(): string {
  const lines = rows.map(
    (row) =>
      `| ${row.behavior} | ${row.windowHours} h | ${row.rowsPerWindow} | ${row.referenceRows} | ${row.modelWeeks} | ${row.incidents} | ` +
      `${row.upperBound.toFixed(4)} | ${row.detectablePsi === null ? '-' : row.detectablePsi.toFixed(2)} |`,
  );
  return [
    `| rows are | window | rows per window | reference rows | model-weeks | false incidents | upper 95 % bound per week (limit ${FALSE_PER_WEEK}) | PSI found with 90 % |`,
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
