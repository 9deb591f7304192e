import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalLayout,
  cellOf,
  defaultExponentialLayout,
  type EdgesLayout,
  LayoutError,
  MAX_BOUNDS,
  validateEdges,
} from '../../src/profile/index.ts';
import { anyEdges, anyValue } from './arbitraries.ts';

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof LayoutError) return error.code;
  }
  return undefined;
}

describe('validateEdges', () => {
  it('says what is wrong', () => {
    expect(codeOf(() => validateEdges([1, NaN]))).toBe('not-finite');
    expect(codeOf(() => validateEdges([-Infinity, 1]))).toBe('not-finite');
    expect(codeOf(() => validateEdges([1, 1]))).toBe('not-increasing');
    expect(codeOf(() => validateEdges([-0, 0]))).toBe('not-increasing');
    expect(codeOf(() => validateEdges(Array.from({ length: MAX_BOUNDS + 1 }, (_, i) => i)))).toBe('too-many-bounds');
  });

  it('accepts increasing finite bounds, also none', () => {
    validateEdges([]);
    validateEdges(Array.from({ length: MAX_BOUNDS }, (_, i) => i));
    fc.assert(fc.property(anyEdges, ({ bounds }) => validateEdges(bounds)));
  });
});

describe('cellOf', () => {
  it('is the number of smaller bounds', () => {
    fc.assert(
      fc.property(anyEdges, anyValue, (layout, value) => {
        const smaller = layout.bounds.filter((bound) => bound < value).length;
        expect(cellOf(layout, value)).toBe(Number.isNaN(value) ? -1 : smaller);
      }),
    );
  });

  it('closes cells above', () => {
    const layout: EdgesLayout = { kind: 'edges', bounds: [0, 10] };
    expect([-0, 0, 0.1, 10, 10.1, -Infinity, Infinity].map((v) => cellOf(layout, v))).toEqual([0, 0, 1, 1, 2, 0, 2]);
  });
});

describe('canonicalLayout', () => {
  it('is the text that hashes are made of: it must never change', () => {
    expect(canonicalLayout({ kind: 'edges', bounds: [-1.5, 0, 0.1, 1e21] })).toBe(
      'prumo-layout/1 ["edges",[-1.5,0,0.1,1e+21]]',
    );
    expect(canonicalLayout(defaultExponentialLayout)).toBe('prumo-layout/1 ["exponential",160,20]');
    expect(canonicalLayout({ kind: 'categories', categories: ['b', 'a"', 'é'] })).toBe(
      'prumo-layout/1 ["categories",["b","a\\"","é"]]',
    );
  });

  it('does not depend on the order of properties, nor on the sign of zero', () => {
    expect(canonicalLayout({ bounds: [-0], kind: 'edges' })).toBe(canonicalLayout({ kind: 'edges', bounds: [0] }));
  });

  it('differs where the layouts differ', () => {
    fc.assert(
      fc.property(anyEdges, anyEdges, (a, b) => {
        const same = a.bounds.length === b.bounds.length && a.bounds.every((bound, i) => bound === b.bounds[i]);
        expect(canonicalLayout(a) === canonicalLayout(b)).toBe(same);
      }),
    );
  });
});
