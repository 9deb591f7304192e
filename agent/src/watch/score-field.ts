import type { VersionLayouts } from '../export/layouts-answer.ts';

/** An output that might be the score. */
export interface OutputField {
  readonly name: string;
  readonly isNumeric: boolean;
}

/**
 * Name of the output that is the prediction as a number: the only score, or else the only value. Where no roles are known, the
 * only output with a prediction label, or else the only number. Several give none.
 */
export function findScore(layouts: VersionLayouts | undefined, outputs: readonly OutputField[]): string | undefined {
  const declared = layouts?.fields.filter(({ role }) => role === 'output') ?? [];
  const named = (role: string) => declared.filter(({ outputRole }) => outputRole === role);
  if (declared.some(({ outputRole }) => outputRole !== undefined)) return onlyOne(named('score'), named('value'));
  const labeled = declared.filter(({ predictionLabel }) => predictionLabel !== undefined);
  const numbers = layouts === undefined ? outputs.filter(({ isNumeric }) => isNumeric) : declared.filter(isNumber);
  return onlyOne(labeled, numbers);
}

function isNumber({ type }: VersionLayouts['fields'][number]): boolean {
  return type === 'numeric';
}

function onlyOne(
  first: readonly { readonly name: string }[],
  second: readonly { readonly name: string }[],
): string | undefined {
  const candidates = first.length > 0 ? first : second;
  return candidates.length === 1 ? candidates[0]!.name : undefined;
}
