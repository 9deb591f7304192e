import { describe, expect, it } from 'vitest';
import { driftRowSchema } from '../../src/api/index.ts';
import { toDriftRow } from '../../src/answers/drift-row.ts';
import { verdictOf } from '../domain/incident/incident-fixture.ts';

const context = {
  version: 'v4',
  environment: 'production',
  segment: { channel: 'app' },
  judgedAt: new Date('2026-01-06T00:05:00Z'),
  adHoc: true,
};

describe('a row of drift', () => {
  const { decision } = verdictOf('age', 'c', 3);

  it('shows all that decided, what n was divided by too, and is what the interface promises', () => {
    const row = toDriftRow(verdictOf('age', 'c', 3, { decision: { ...decision, overdispersion: 2.5 } }), context);
    expect(row.decision).toEqual({ ...decision, overdispersion: 2.5 });
    expect(driftRowSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
  });

  it('leaves out an overdispersion that is not known, and shows a value that could not be computed as null', () => {
    const row = toDriftRow(
      verdictOf('age', '?', 3, { decision: { ...decision, value: NaN, threshold: NaN } }),
      context,
    );
    expect(row.decision).toEqual({ ...decision, value: null, threshold: null });
    expect(driftRowSchema.parse(row)).toEqual(row);
  });
});
