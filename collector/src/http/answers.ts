import type { z } from 'zod';
import { problemSchema } from '../api/problem.ts';

/** The documented answers of a route: one when all is well, and the error. */
export function answers<Schema extends z.ZodType>(schema: Schema): { 200: Schema; default: typeof problemSchema } {
  return { 200: schema, default: problemSchema };
}
