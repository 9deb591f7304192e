import { validateEdges } from './edges.ts';
import { validateExponential } from './exponential-mapping.ts';
import { LayoutError } from './layout-error.ts';
import type { Layout } from './layout.ts';

/**
 * Refuses a layout of any kind that cannot be used.
 *
 * @throws LayoutError as `validateEdges` and `validateExponential` do, and `repeated-category`.
 */
export function validateLayout(layout: Layout): void {
  switch (layout.kind) {
    case 'edges':
      validateEdges(layout.bounds);
      return;
    case 'exponential':
      validateExponential(layout);
      return;
    case 'categories': {
      const seen = new Set<string>();
      for (const category of layout.categories) {
        if (seen.has(category)) {
          throw new LayoutError('repeated-category', `category ${JSON.stringify(category)} stands twice in the layout`);
        }
        seen.add(category);
      }
      return;
    }
  }
}
