import type { EncodedProfile } from '@prumo/agent/profile';
import type { Reference, ReferenceField } from '../drift/reference.ts';
import { findPerformanceProblems } from './check-performance.ts';
import type { Field } from './field.ts';

/** What does not fit between a reference and the fields of its version; empty if all fits. */
export function findBaselineProblems(reference: Reference, fields: readonly Field[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const given of reference.fields) {
    const complain = (message: string) => void problems.push(`field "${given.name}": ${message}`);
    if (seen.has(given.name)) complain('is there twice');
    seen.add(given.name);
    const field = fields.find(({ name }) => name === given.name);
    if (field === undefined) complain('the version has no such field');
    else checkAgainstVersion(given, field, complain);
    checkProfiles(given, reference.chunkRows.length, complain);
    checkPartitions(given, complain);
  }
  for (const { name, role } of fields) {
    if (role === 'input' && !seen.has(name))
      problems.push(`field "${name}": is an input of the version, but is not in the baseline`);
  }
  return [...problems, ...findPerformanceProblems(reference)];
}

type Complain = (message: string) => void;

function checkAgainstVersion(given: ReferenceField, field: Field, complain: Complain): void {
  for (const key of ['role', 'type', 'elementType'] as const) {
    if (given[key] !== field[key]) complain(`${key} is ${given[key]} in the baseline, ${field[key]} in the version`);
  }
}

function checkProfiles(given: ReferenceField, chunks: number, complain: Complain): void {
  if (given.chunks.length !== 0 && given.chunks.length !== chunks) {
    complain(`has ${given.chunks.length} chunks; chunkRows has ${chunks}`);
  }
  if ((given.layout.kind === 'edges') !== (given.type === 'numeric')) {
    complain(`a ${given.type} field has no layout of kind ${given.layout.kind}`);
  }
  const bad = [given.profile, ...given.chunks].findIndex((profile) => !fitsLayout(profile, given));
  if (bad >= 0) complain(`${bad === 0 ? 'its profile' : `the profile of chunk ${bad - 1}`} is not of its layout`);
}

function fitsLayout(profile: EncodedProfile, { type, layout }: ReferenceField): boolean {
  if (profile.kind !== type) return false;
  if (profile.kind === 'categorical' || layout.kind === 'categories') return true;
  const { histogram } = profile;
  if (histogram.kind !== 'edges' || histogram.bounds.length !== layout.bounds.length) return false;
  return histogram.bounds.every((bound, i) => bound === layout.bounds[i]);
}

function checkPartitions({ layout, partitions }: ReferenceField, complain: Complain): void {
  if (partitions === undefined || layout.kind !== 'edges') return;
  const bounds = new Set(layout.bounds);
  for (const [name, partition] of [
    ['deciles', partitions.deciles] as const,
    ['doane', partitions.doane ?? []] as const,
  ]) {
    const stray = partition.find((bound) => !bounds.has(bound));
    if (stray !== undefined) complain(`partition ${name}: ${stray} is no bound of the layout`);
    if (partition.some((bound, i) => i > 0 && bound <= (partition[i - 1] ?? bound))) {
      complain(`partition ${name} does not increase`);
    }
  }
}
