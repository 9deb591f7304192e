import { type CategoriesLayout, OTHER_CATEGORY } from '@prumo/agent/profile';

/**
 * The categories that a baseline knows: the most frequent ones, at most `max` (default 1000), ties by text; every other one is
 * unseen. They stand in the order of their UTF-16 code units, so that the layout does not depend on the order of the rows.
 */
export function chooseCategories(counts: ReadonlyMap<string, number>, max = 1000): CategoriesLayout {
  const known = [...counts].filter(([category, rows]) => category !== OTHER_CATEGORY && rows > 0);
  known.sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB - rowsOfA || compare(a, b));
  const kept = known.slice(0, max).map(([category]) => category);
  return { kind: 'categories', categories: kept.sort(compare) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
