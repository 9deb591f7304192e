import type { Layout } from './layout.ts';

/** Number of the text format below. It is part of the text, so of every hash made from it. */
const LAYOUT_FORMAT = 1;

/**
 * Stable text of a layout, to be hashed: equal layouts give equal texts, whatever the order of their properties.
 *
 * It is `prumo-layout/1 ` and JSON. Numbers are written as JSON does (shortest text that reads back; -0 as 0).
 */
export function canonicalLayout(layout: Layout): string {
  return `prumo-layout/${LAYOUT_FORMAT} ${JSON.stringify(orderedContent(layout))}`;
}

function orderedContent(layout: Layout): readonly unknown[] {
  switch (layout.kind) {
    case 'edges':
      return [layout.kind, layout.bounds];
    case 'exponential':
      return [layout.kind, layout.maxBuckets, layout.maxScale];
    case 'categories':
      return [layout.kind, layout.categories];
  }
}
