import { z } from 'zod';

/** Text of another type gets this message; absent text is reported as missing. */
export function textSchema(message: string): z.ZodString {
  return z.string({ error: ({ input }) => (input === undefined ? undefined : message) });
}

/** Name of a model: `[a-z0-9-]`, at most 63. */
export const modelNameSchema = textSchema('a model name is expected').regex(
  /^[a-z0-9-]{1,63}$/,
  'a model name has 1 to 63 characters of a-z, 0-9 and -',
);

/** Name of a version: letters, digits and `. _ + -`, beginning with a letter or digit, at most 128. */
export const versionNameSchema = textSchema('a version is text: write it in quotes, as "3"').regex(
  /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/,
  'a version has 1 to 128 letters, digits and . _ + -, and begins with a letter or digit',
);

/** Name of a field, a tensor or a column of data: any text of 1 to 256 characters without control characters. */
export const fieldNameSchema = textSchema('a name is expected').regex(
  /^\P{Cc}{1,256}$/u,
  'a name has 1 to 256 characters and no control characters',
);

/** Key of a segment: as `channel`. */
export const segmentKeySchema = textSchema('a segment key is expected').regex(
  /^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/,
  'a segment key has 1 to 63 letters, digits and _ . -, and begins with a letter or _',
);

/** A SHA-256 in lower-case hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hexadecimal digits in lower case');

/** An instant in ISO 8601 with a time zone. */
export const instantSchema = z.iso.datetime({
  offset: true,
  error: ({ input }) =>
    input === undefined ? undefined : 'an instant with a time zone is expected, as 2026-01-31T00:00:00Z',
});

/** An instant from 1970 on, read as milliseconds since 1970. */
export const instantMsSchema = instantSchema
  .transform((text) => Math.floor(Date.parse(text)))
  .refine((timeMs) => timeMs >= 0, 'an instant from 1970 on is expected');

/** Text from outside that is kept as it is: 1 to `maxChars` characters (default 256), any but half a surrogate pair. */
export function keptTextSchema(what: string, maxChars = 256): z.ZodString {
  const message = `${what} is text of 1 to ${maxChars} characters`;
  return textSchema(message)
    .min(1, message)
    .max(maxChars, message)
    .refine((text) => text.isWellFormed(), `${what} holds half a surrogate pair, which is no character`);
}
