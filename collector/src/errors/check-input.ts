import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { ErrorCode } from './codes.ts';
import { PrumoError } from './prumo-error.ts';

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Place, as `inputs.age.min`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** How many issues a message names; `detail.issues` has up to `MAX_ISSUES`. */
const NAMED_ISSUES = 5;
const MAX_ISSUES = 50;

/**
 * Checks a value against a schema and gives what the schema makes of it.
 *
 * @param what names the value in the message: `model file`, a path, `body`.
 * @throws PrumoError with the code, a message that names each place and, for an unknown key, the nearest known one;
 * `detail.issues` lists them.
 */
export function checkInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { code, what }: { readonly code: ErrorCode; readonly what: string },
): z.output<Schema> {
  const result = schema.safeParse(value, { error: explainIssue });
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_ISSUES).map(toInputIssue);
  const named = issues
    .slice(0, NAMED_ISSUES)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const more = result.error.issues.length - named.length;
  const text = `${what}: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  throw new PrumoError(code, text, { detail: { issues } });
}

/** The one of `known` that a mistyped name most likely meant, if any is within `maxEdits` (default: a third of its letters), or the only one that begins like it. */
export function nearestName(
  name: string,
  known: readonly string[],
  maxEdits = Math.max(2, Math.ceil(name.length / 3)),
): string | undefined {
  if (known.length === 0) return undefined;
  const begun = known.filter((candidate) => name.length > 2 && candidate.startsWith(name));
  if (begun.length === 1) return begun[0];
  const candidate = closest(name, known);
  return distance(name.toLowerCase(), candidate.toLowerCase()) <= maxEdits ? candidate : undefined;
}

/** Text for an unknown name: the nearest known one, or all of them where they are few. */
export function explainUnknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `unknown ${what} "${name}"; did you mean "${nearest}"?`;
  const allowed = known.length > 0 && known.length <= 24 ? `; known: ${known.join(', ')}` : '';
  return `unknown ${what} "${name}"${allowed}`;
}

/** Words for what zod says tersely; undefined leaves zod's own. */
function explainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
    return issue.keys.map((key) => explainUnknownName('key', key, known)).join('; ');
  }
  if (issue.input === undefined) return 'is missing';
  return issue.code === 'invalid_value' ? explainValue(issue.input, issue.values) : undefined;
}

function explainValue(input: unknown, values: readonly unknown[]): string {
  const allowed = `allowed: ${values.map(String).join(', ')}`;
  return typeof input === 'string' ? `"${input.slice(0, 100)}" is not allowed; ${allowed}` : allowed;
}

function toInputIssue(issue: z.core.$ZodIssue): InputIssue {
  // A refused key of a record says why one level deeper.
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  return { path: issue.path.map(String).join('.'), message: inner ?? issue.message };
}
