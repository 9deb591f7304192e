const TWO_TO_32 = 4294967296;

/** One round of MurmurHash3's 32-bit finalizer over a running state: what `splitmix32` is made of. */
function mix(state: number): number {
  let z = state;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** FNV-1a over UTF-16 code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/**
 * A seeded source of random numbers: xoshiro128** 1.1 (Blackman and Vigna 2018, public domain), period 2^128 - 1.
 *
 * It is enough for a simulation and no more: never use it for secrets.
 */
export class Random {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;
  /** Box-Muller makes normals in pairs; the second one waits here. NaN: none. */
  #spareNormal = NaN;

  /** @param state four 32-bit words, not all zero. */
  constructor(state: readonly [number, number, number, number]) {
    [this.#s0, this.#s1, this.#s2, this.#s3] = state;
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#s1, 5), 7), 9) >>> 0;
    const t = this.#s1 << 9;
    this.#s2 ^= this.#s0;
    this.#s3 ^= this.#s1;
    this.#s1 ^= this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= t;
    this.#s3 = rotateLeft(this.#s3, 11);
    return result;
  }

  /** Uniform in (0, 1): never 0, so that its logarithm is finite. */
  uniform(): number {
    return (this.uint32() + 0.5) / TWO_TO_32;
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /** Gamma with the given shape >= 1 and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Poisson: by multiplication (Knuth) below a mean of 30, above it the rounded normal, whose error is under 1 %. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }

  /** An index, chosen in proportion to `weights` (non-negative, not all zero). */
  choose(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let left = this.uniform() * total;
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i] ?? 0;
      if (left < 0) return i;
    }
    return weights.length - 1;
  }

  /** One of `items`, chosen in proportion to `weights`. */
  pick<T>(items: readonly T[], weights: readonly number[]): T {
    const item = items[this.choose(weights)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }
}

/**
 * A random source of its own for each purpose: the same parts give the same numbers, other parts give independent ones.
 *
 * So any hour can be drawn without the hours before it, and an incident never disturbs the draws of the rows it is put in.
 */
export function createRandom(...parts: readonly (string | number)[]): Random {
  // Two hashes of differently joined text: 64 bits, so that streams of a long run do not meet.
  const low = hashText(parts.join('/'));
  const high = hashText(parts.toReversed().join('\\'));
  return new Random([
    mix((low + 0x9e3779b9) | 0),
    mix((high + 0x3c6ef372) | 0),
    mix((low ^ 0xdaa66d2b) | 0),
    mix((high ^ 0x78dde6e4) | 0) | 1,
  ]);
}
