/**
 * Canonical text of a segment: `channel=app,region=eu`, keys sorted; `=`, `,` and `\` are escaped by `\`.
 *
 * The empty segment is the empty text.
 */
export function segmentText(segment: Readonly<Record<string, string>>): string {
  return segmentPairs(segment).join(',');
}

/** The escaped `key=value` pairs of a segment, sorted by key. */
export function segmentPairs(segment: Readonly<Record<string, string>>): string[] {
  return Object.keys(segment)
    .sort()
    .map((key) => segmentPair(key, segment[key] ?? ''));
}

/** One escaped `key=value` pair. */
export function segmentPair(key: string, value: string): string {
  return `${escape(key)}=${escape(value)}`;
}

/** The segment of a canonical text. */
export function parseSegment(text: string): Record<string, string> {
  const segment: Record<string, string> = {};
  let key: string | undefined;
  let part = '';
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === undefined || char === ',') {
      if (key !== undefined) segment[key] = part;
      key = undefined;
      part = '';
    } else if (char === '=') {
      key = part;
      part = '';
    } else part += char === '\\' ? (text[++at] ?? '') : char;
  }
  return segment;
}

const SPECIAL = /[=,\\]/;

function escape(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[=,\\]/g, '\\$&') : text;
}
