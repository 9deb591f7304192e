import type { PerformanceRow } from '../api/performance.ts';
import { formatCount } from '../domain/drift/describe.ts';
import { shortPeriod } from './short-period.ts';
import { formatNumber, renderTable, type TableColumn } from './table.ts';
import type { Color, Terminal } from './terminal.ts';

type Metric = NonNullable<PerformanceRow['metrics'][PerformanceRow['primary']]>;

const COLORS: Readonly<Record<PerformanceRow['verdict'], Color>> = {
  critical: 'red',
  warning: 'yellow',
  unknown: 'dim',
  ok: 'green',
};

/** Prints rows of performance for people: the primary metric of each, with its interval, limits and labels. */
export function printPerformance(rows: readonly PerformanceRow[], terminal: Terminal): void {
  if (rows.length === 0) {
    terminal.note(
      'No performance is known for that question. Realized performance needs predictions with ids and their labels (prumo labels import);\nestimated performance needs a baseline of rows with labels (prumo baseline --kind heldout).',
    );
    return;
  }
  terminal.print(renderTable(columnsFor(rows, terminal), rows));
  const counted = (['critical', 'warning', 'unknown', 'ok'] as const).map(
    (verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${verdict}`,
  );
  terminal.note(`${rows.length} rows: ${counted.join(', ')}. All metrics: --json.`);
}

function columnsFor(rows: readonly PerformanceRow[], terminal: Terminal): TableColumn<PerformanceRow>[] {
  const isRanked = rows.some(({ rank }) => rank !== undefined);
  const versions = new Set(rows.map(({ version, servingRole }) => `${version} ${servingRole}`));
  const numbers = (title: string, read: (row: PerformanceRow) => number | null | undefined) => {
    return { title, text: (row: PerformanceRow) => formatNumber(read(row)), align: 'right' as const };
  };
  const metrics = (title: string, read: (metric: Metric) => number | null) => {
    const text = ({ metrics: own, primary }: PerformanceRow): string => {
      const metric = own[primary];
      return formatMetric(metric === undefined ? null : read(metric));
    };
    return { title, text, align: 'right' as const };
  };
  return [
    ...(isRanked ? [numbers('RANK', ({ rank }) => rank?.rank)] : []),
    { title: 'VERDICT', text: ({ verdict }) => terminal.paint(COLORS[verdict], verdict) },
    { title: 'WINDOW', text: ({ window }) => shortPeriod(window.start, window.end) },
    { title: 'KIND', text: ({ kind }) => kind },
    ...(versions.size > 1
      ? [{ title: 'VERSION', text: (row: PerformanceRow) => `${row.version} ${row.servingRole}` }]
      : []),
    ...(rows.some(({ segment }) => Object.keys(segment).length > 0)
      ? [{ title: 'SEGMENT', text: (row: PerformanceRow) => segmentText(row.segment) }]
      : []),
    { title: 'METRIC', text: ({ primary }) => primary },
    metrics('VALUE', ({ value }) => value),
    { title: '95 %', text: (row) => intervalText(row.metrics[row.primary]?.low, row.metrics[row.primary]?.high) },
    metrics('EXPECTED', ({ expected }) => expected),
    { title: 'LIMITS', text: limitsText },
    numbers('ROWS', ({ rows: count }) => Math.round(count)),
    numbers('LABELS', ({ labels }) => Math.round(labels)),
    { title: 'COVERAGE', text: coverageText, align: 'right' },
    ...(isRanked ? [numbers('POSITIVE', (row) => row.positiveRate)] : []),
    { title: 'REASON', text: ({ reason }) => reason },
  ];
}

/** Four significant digits, whole from a thousand on: a metric is compared with its limits. */
function formatMetric(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  if (Math.abs(value) >= 1000) return formatCount(value);
  return Math.abs(value) < 5e-4 ? formatNumber(value) : String(Number(value.toPrecision(4)));
}

function segmentText(segment: PerformanceRow['segment']): string {
  return Object.entries(segment)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function limitsText({ metrics, primary }: PerformanceRow): string {
  return intervalText(metrics[primary]?.lowerLimit, metrics[primary]?.upperLimit);
}

function intervalText(low: number | null | undefined, high: number | null | undefined): string {
  if ((low ?? null) === null && (high ?? null) === null) return '-';
  return `${formatMetric(low)} to ${formatMetric(high)}`;
}

function coverageText({ coverage, kind, mature }: PerformanceRow): string {
  if (coverage === null || kind === 'estimated') return '-';
  return `${Math.round(coverage * 100)} %${mature ? '' : ' (immature)'}`;
}
