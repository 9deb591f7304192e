import { canonicalLayout, type CategoriesLayout, type EdgesLayout, type Layout } from '@prumo/agent/profile';
import type { FieldLayout, LayoutsAnswer } from '../api/layouts.ts';
import type { ModelFile } from '../api/model-file.ts';
import type { Reference } from '../domain/drift/reference.ts';
import type { Version } from '../domain/registry/state.ts';
import { toFieldAnswer } from './version-answer.ts';
import { sha256 } from './sha256.ts';

/** Name of a layout on the wire (`ml.layout`): the first 32 hexadecimal digits of the SHA-256 of its canonical text. */
export function layoutHash(layout: Layout): string {
  return sha256(canonicalLayout(layout)).slice(0, 32);
}

/** What an agent needs to profile a version; without a reference the fields have no layouts. */
export function toLayoutsAnswer(
  version: Version,
  { outputs }: Pick<ModelFile, 'outputs'>,
  reference: Reference | undefined,
): LayoutsAnswer {
  const roles = new Map(outputs.map(({ name, role }) => [name, role]));
  const layouts = new Map(reference?.fields.map(({ name, layout }) => [name, toFieldLayout(layout)]));
  const fields = version.fields.map((field) => {
    const layout = layouts.get(field.name);
    const outputRole = field.role === 'output' ? roles.get(field.name) : undefined;
    return {
      ...toFieldAnswer(field),
      ...(outputRole === undefined ? {} : { outputRole }),
      ...(layout === undefined ? {} : { layout }),
    };
  });
  return { format: 1, model: version.model, version: version.version, fields, segments: [...version.segments] };
}

const indexes = new WeakMap<Reference, ReadonlyMap<string, Layout>>();

/** Layouts of a reference by their hash. */
export function indexLayouts(reference: Reference): ReadonlyMap<string, Layout> {
  const index = indexes.get(reference) ?? new Map(reference.fields.map(({ layout }) => [layoutHash(layout), layout]));
  indexes.set(reference, index);
  return index;
}

function toFieldLayout(layout: EdgesLayout | CategoriesLayout): FieldLayout {
  const hash = layoutHash(layout);
  if (layout.kind === 'edges') return { hash, kind: layout.kind, bounds: [...layout.bounds] };
  return { hash, kind: layout.kind, categories: [...layout.categories] };
}
