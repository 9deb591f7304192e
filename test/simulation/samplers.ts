import type { Random } from '../../collector/src/domain/drift/significance/random.ts';

/** A standard normal number (Box and Muller 1958). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A gamma number of unit scale (Marsaglia and Tsang 2000); shapes under 1 by the usual power of a uniform. */
export function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A binomial number: by inversion where n min(p, q) < 30, else by splitting at a beta order statistic (Devroye 1986, X.4.3). */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  if (n * p < 30) return invertBinomial(n, p, random());
  const middle = Math.floor((n + 1) / 2);
  const a = drawGamma(middle, random);
  const split = a / (a + drawGamma(n + 1 - middle, random));
  if (split <= p) return middle + drawBinomial(n - middle, (p - split) / (1 - split), random);
  return drawBinomial(middle - 1, p / split, random);
}

function invertBinomial(n: number, p: number, uniform: number): number {
  const odds = p / (1 - p);
  let probability = Math.exp(n * Math.log1p(-p));
  let left = uniform - probability;
  let k = 0;
  while (left > 0 && k < n) {
    k++;
    probability *= (odds * (n - k + 1)) / k;
    left -= probability;
  }
  return k;
}

/** Rows per cell: a multinomial sample of `rows` by conditional binomials. */
export function drawMultinomial(rows: number, shares: ArrayLike<number>, random: Random): Float64Array {
  const counts = new Float64Array(shares.length);
  let rowsLeft = rows;
  let shareLeft = 1;
  for (let k = 0; k < shares.length && rowsLeft > 0; k++) {
    const isLast = k === shares.length - 1;
    counts[k] = isLast ? rowsLeft : drawBinomial(rowsLeft, Math.min(1, shares[k]! / shareLeft), random);
    rowsLeft -= counts[k]!;
    shareLeft -= shares[k]!;
  }
  return counts;
}

/**
 * Rows per cell of a Dirichlet-multinomial sample whose variances are `overdispersion` times those of a multinomial one
 * (Mosimann 1962: 1 + (rows - 1) / (concentration + 1)).
 */
export function drawOverdispersed(
  rows: number,
  shares: ArrayLike<number>,
  overdispersion: number,
  random: Random,
): Float64Array {
  if (overdispersion <= 1) return drawMultinomial(rows, shares, random);
  const concentration = (rows - overdispersion) / (overdispersion - 1);
  const weights = Float64Array.from(shares, (share) => (share > 0 ? drawGamma(share * concentration, random) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return drawMultinomial(rows, total > 0 ? weights.map((weight) => weight / total) : shares, random);
}
