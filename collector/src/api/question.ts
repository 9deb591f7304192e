import { z } from 'zod';
import { instantSchema, versionNameSchema } from './names.ts';

/** A half-open interval of event time, UTC. */
export const windowSchema = z.object({ start: instantSchema, end: instantSchema });

/** The parts before and after the first separator; without one, all is before it. */
export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

const SEGMENT = /^[A-Za-z_][A-Za-z0-9_.-]{0,62}=/;

/** `k=v`, once or repeated. */
const segmentSchema = z
  .union([z.string(), z.array(z.string()).max(8)], 'a segment is written k=v')
  .transform((given, context) => {
    const pairs = typeof given === 'string' ? [given] : given;
    if (pairs.every((pair) => SEGMENT.test(pair))) return Object.fromEntries(pairs.map((pair) => splitOnce(pair, '=')));
    context.addIssue({ code: 'custom', message: 'a segment is written k=v, as channel=app' });
    return z.NEVER;
  });

/** An instant of a question, as a `Date`. */
export const questionInstantSchema = instantSchema.transform((text) => new Date(text));

/** Whether a period runs forward; either end may be open. */
export function isForward({ from, to }: { from?: Date | undefined; to?: Date | undefined }): boolean {
  return from === undefined || to === undefined || from < to;
}

/** The complaint about a period that does not. */
export const BACKWARD = { message: 'from is not before to', path: ['from'] };

/** The period of a question; either end may be open. */
export const periodParameters = { from: questionInstantSchema.optional(), to: questionInstantSchema.optional() };

/** Which rows a question is about. */
export const sliceParameters = {
  version: versionNameSchema.optional(),
  ...periodParameters,
  segment: segmentSchema.optional(),
  environment: z.string().min(1).max(256).optional(),
};
