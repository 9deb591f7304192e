import type { PerformanceQuery } from '../api/performance.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import { measureEstimates } from '../jobs/measure-estimates.ts';
import { measureLabels, type LabeledPerformance } from '../jobs/measure-labels.ts';
import type { WindowQuestion } from '../jobs/window-series.ts';

/** Measures on the spot the kinds of performance that a question asks for. */
export async function measureKinds(
  settings: JudgeSettings,
  question: WindowQuestion,
  kind: PerformanceQuery['kind'],
): Promise<LabeledPerformance[]> {
  const labeled = kind === 'estimated' ? [] : await measureLabels(settings, question);
  const wanted = labeled.filter(({ performance }) => performance.kind === (kind === 'both' ? 'realized' : kind));
  if (kind !== 'both' && kind !== 'estimated') return wanted;
  const estimated = await measureEstimates(settings, question);
  return [...wanted, ...estimated.map((one) => ({ ...one, servingRole: 'champion' as const }))];
}
