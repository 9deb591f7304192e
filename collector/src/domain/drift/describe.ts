import type { Cause } from './cause.ts';
import type { ReferenceField } from './reference.ts';

/** A count with separators: `5,000`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A value with two or three significant digits, as people write it: `0.41`, `12.3`, `1.2e-12`. */
export function formatValue(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(size >= 100 ? 4 : size >= 1 ? 3 : 2)));
}

/** A share in percent: `38 %`, `0.4 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return `${Number(percent.toPrecision(percent >= 10 ? 3 : 2))} %`;
}

const STATISTIC_NAMES: Readonly<Record<string, string>> = {
  psi: 'PSI',
  js: 'Jensen-Shannon distance',
  ks: 'KS distance',
  wasserstein: 'Wasserstein distance',
  wassersteinNormalized: 'normalized Wasserstein distance',
  hellinger: 'Hellinger distance',
  meanShift: 'change of mean',
  lInfinity: 'L-infinity distance',
  chi2: 'chi-square',
};

/** The name of a statistic in a sentence. */
export function nameStatistic(statistic: string): string {
  return STATISTIC_NAMES[statistic] ?? statistic;
}

/** "38 % of rows are missing, reference 1 %". */
export function describeCause(cause: Cause, field: ReferenceField): string {
  const place = describeCell(cause.key, field);
  return `${formatShare(cause.observedShare)} of rows are ${place}, reference ${formatShare(cause.referenceShare)}`;
}

function describeCell(key: string, { layout, partitions }: ReferenceField): string {
  switch (key) {
    case 'missing':
      return 'missing or invalid';
    case 'unseen':
      return 'in categories that the reference does not know';
    case 'below':
    case 'above':
      return `${key} the range of the reference`;
    default:
      break;
  }
  if (layout.kind === 'categories') return `"${layout.categories[Number(key)] ?? key}"`;
  const bounds = partitions?.deciles ?? layout.bounds;
  const low = bounds[Number(key)];
  const high = bounds[Number(key) + 1];
  if (low === undefined || high === undefined) return `in cell ${key}`;
  return `in (${Number(low.toPrecision(6))}, ${Number(high.toPrecision(6))}]`;
}
