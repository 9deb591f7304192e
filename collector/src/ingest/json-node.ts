import { PrumoError } from '../errors/prumo-error.ts';

/**
 * A value of parsed OTLP/JSON with its path, read with checks.
 *
 * Absent and null fields are the protobuf default. Throws `PRUMO_OTLP_MALFORMED` with the path of what is wrong.
 */
export class JsonNode {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** Whether the field is present and not null. */
  has(name: string): boolean {
    return this.object()[name] !== undefined && this.object()[name] !== null;
  }

  get(name: string): JsonNode {
    return new JsonNode(this.object()[name], this.path === '' ? name : `${this.path}.${name}`);
  }

  /** Elements of a list. */
  *each(): Generator<JsonNode, void, undefined> {
    const list = this.list();
    for (let index = 0; index < list.length; index++) yield new JsonNode(list[index], `${this.path}[${index}]`);
  }

  list(): readonly unknown[] {
    if (this.value === undefined || this.value === null) return [];
    if (!Array.isArray(this.value)) throw this.wrong('a list');
    return this.value as unknown[];
  }

  text(): string {
    if (this.value === undefined || this.value === null) return '';
    if (typeof this.value !== 'string') throw this.wrong('a text');
    return this.value;
  }

  /** A 64-bit whole number, as text or as a number; exact. */
  bigint(): bigint {
    const { value } = this;
    if (value === undefined || value === null) return 0n;
    if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    throw this.wrong('a whole number, as text where it is above 2^53');
  }

  /** A whole number as a double: exact up to 2^53. */
  integer(): number {
    return typeof this.value === 'number' && Number.isSafeInteger(this.value) ? this.value : Number(this.bigint());
  }

  /** A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`. */
  double(): number {
    const { value } = this;
    if (value === undefined || value === null) return 0;
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && /^(NaN|-?Infinity|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value))
      return Number(value);
    throw this.wrong('a number');
  }

  wrong(expected: string): PrumoError {
    const got = this.value === null ? 'null' : Array.isArray(this.value) ? 'a list' : typeof this.value;
    const path = this.path === '' ? 'the body' : this.path;
    return new PrumoError('PRUMO_OTLP_MALFORMED', `${path} must be ${expected}, not ${got}.`, { detail: { path } });
  }

  private object(): Readonly<Record<string, unknown>> {
    if (this.value === undefined || this.value === null) return {};
    if (typeof this.value !== 'object' || Array.isArray(this.value)) throw this.wrong('an object');
    return this.value as Readonly<Record<string, unknown>>;
  }
}
