import { readFileSync } from 'node:fs';

const texts = new Map<string, string>();

/** Text of `queries/NAME.sql`; `{{other}}` in it stands for `queries/OTHER.sql`, or what `parts` names so. */
export function statement(name: string, parts: Readonly<Record<string, string>> = {}): string {
  const key = `${name} ${JSON.stringify(parts)}`;
  let text = texts.get(key);
  if (text === undefined) {
    const raw = readFileSync(new URL(`queries/${name}.sql`, import.meta.url), 'utf8');
    text = raw
      .trim()
      .replace(/\{\{([a-z-]+)\}\}/g, (_, part: string) => `\n${statement(parts[part] ?? part, parts)}\n`);
    texts.set(key, text);
  }
  return text;
}
