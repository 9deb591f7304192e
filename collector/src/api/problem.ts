import { z } from 'zod';

/** An error answer (`application/problem+json`, RFC 9457) with Prumo's code. */
export const problemSchema = z.object({
  type: z.string().describe('urn:prumo:error: and the code'),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  remedy: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type Problem = z.output<typeof problemSchema>;
