import { normalInterval } from '../realized/intervals.ts';
import type { Measurements } from '../metric.ts';
import type { ExpectedLoss } from '../performance-reference.ts';
import type { ErrorSources } from './sensitivity.ts';

type LossCell = ExpectedLoss['cells'][number];

interface Estimate {
  readonly value: number;
  readonly se: number;
}

const POSITIVE = { min: 0, max: Infinity };
const UNBOUNDED = { min: -Infinity, max: Infinity };

/** Estimates of a regression: the reference's mean losses by prediction, weighted by the window's predictions. */
export function estimateRegression(
  { cells }: ExpectedLoss,
  { counts, nEff }: { readonly counts: ArrayLike<number>; readonly nEff: number },
  sources: ErrorSources,
): Measurements {
  const weights = cells.map((_, i) => counts[i] ?? 0);
  const weight = weights.reduce((sum, rows) => sum + rows, 0);
  if (!(weight > 0 && nEff > 0)) return {};
  const shares = weights.map((rows) => rows / weight);
  const mean = (of: (cell: LossCell) => readonly [mean: number, variance: number]): Estimate =>
    meanOf(cells, shares, { nEff, ...sources }, of);
  const mse = mean((cell) => [cell.squaredError, cell.squaredErrorSd ** 2]);
  const bias = mean((cell) => {
    const error = cell.meanPrediction - cell.meanLabel;
    return [error, Math.max(0, cell.squaredError - error ** 2)];
  });
  const rmse = Math.sqrt(mse.value);
  const labels = mean((cell) => [cell.meanLabel, 0]).value;
  // Labels inside a cell are taken as normal: the variance of a squared deviation is then 2 s^4 + 4 s^2 d^2.
  const deviation = mean((cell) => {
    const within = Math.max(0, cell.meanLabelSquare - cell.meanLabel ** 2);
    const between = (cell.meanLabel - labels) ** 2;
    return [within + between, 2 * within ** 2 + 4 * within * between];
  });
  const ratio = mse.value / deviation.value;
  const r2 = { value: 1 - ratio, se: Math.hypot(mse.se, ratio * deviation.se) / deviation.value };
  const mae = mean((cell) => [cell.absoluteError, cell.absoluteErrorSd ** 2]);
  const mape = mean((cell) => [cell.relativeError, cell.relativeErrorSd ** 2]);
  return {
    mae: normalInterval(mae.value, mae.se, POSITIVE),
    mse: normalInterval(mse.value, mse.se, POSITIVE),
    rmse: normalInterval(rmse, rmse > 0 ? mse.se / (2 * rmse) : 0, POSITIVE),
    mape: normalInterval(mape.value, mape.se, POSITIVE),
    ...(deviation.value > 0 ? { r2: normalInterval(r2.value, r2.se, { min: -Infinity, max: 1 }) } : {}),
    bias: normalInterval(bias.value, bias.se, UNBOUNDED),
  };
}

/** Mean over the rows, with the spread inside the cells, the error of the cells' own means and (where asked for) that of the shares. */
function meanOf(
  cells: readonly LossCell[],
  shares: readonly number[],
  { nEff, scores, map }: ErrorSources & { readonly nEff: number },
  of: (cell: LossCell) => readonly [mean: number, variance: number],
): Estimate {
  const moments = cells.map(of);
  const value = moments.reduce((sum, [mean], i) => sum + shares[i]! * mean, 0);
  let variance = 0;
  for (const [i, [mean, within]] of moments.entries()) {
    const share = shares[i]!;
    if (share === 0) continue;
    variance += (share * (within + (scores ? (mean - value) ** 2 : 0))) / nEff;
    if (map) variance += (share ** 2 * within) / Math.max(1, cells[i]!.rows);
  }
  return { value, se: Math.sqrt(variance) };
}
