import { formatNumber, renderTable } from '../cli/table.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { PerformanceFinding } from './performance-outcome.ts';
import type { ModelOutcome } from './run-month.ts';
import { hoursBetween, indent, shortTime } from './simulated-time.ts';

type Line = PerformanceFinding & { readonly model: string };

/** Prints what became of the models' performance: when the estimate saw it, and when labels proved it. */
export function printPerformance(outcomes: readonly ModelOutcome[], terminal: Terminal): void {
  const lines = outcomes.flatMap(({ model, performance }) => performance.map((finding) => ({ ...finding, model })));
  terminal.print(
    `\n${terminal.paint('bold', 'What it did to the performance')} (estimated: from scores alone; proven: when the labels had come)`,
  );
  terminal.print(indent(renderTable(COLUMNS(terminal), lines)));
  if (lines.some(({ cause }) => cause === 'concept drift')) {
    terminal.print(
      terminal.paint('dim', '  Concept drift moves no input and no score: nothing but labels can show it.'),
    );
  }
}

/** Amounts in whole units, shares in three digits. */
function numberText(value: number | null): string {
  return value !== null && Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : formatNumber(value);
}

const COLUMNS = (terminal: Terminal) => {
  const seenAt = (line: Line, at: string | null): string => {
    if (at !== null) return shortTime(Date.parse(at));
    return line.asExpected ? terminal.paint('dim', 'within limits') : terminal.paint('red', 'not seen');
  };
  return [
    { title: 'model', text: ({ model }: Line) => model },
    { title: 'what happened', text: ({ cause }: Line) => cause },
    { title: 'from', text: ({ from }: Line) => shortTime(Date.parse(from)) },
    { title: 'metric', text: ({ metric }: Line) => metric },
    { title: 'expected', text: ({ expected }: Line) => numberText(expected), align: 'right' as const },
    { title: 'estimated at', text: (line: Line) => seenAt(line, line.estimatedAt) },
    { title: 'after', text: ({ from, estimatedAt }: Line) => hoursBetween(from, estimatedAt), align: 'right' as const },
    { title: 'estimate', text: ({ estimated }: Line) => numberText(estimated), align: 'right' as const },
    { title: 'proven at', text: (line: Line) => seenAt(line, line.provenAt) },
    { title: 'after', text: ({ from, provenAt }: Line) => hoursBetween(from, provenAt), align: 'right' as const },
    { title: 'realized', text: ({ realized }: Line) => numberText(realized), align: 'right' as const },
    { title: 'kind', text: ({ kind }: Line) => kind ?? '-' },
  ];
};
