/**
 * Gathers pieces of a repeated field that come behind its first packed list.
 *
 * Encoders write one packed list; pieces are allowed by the format, and joining them one by one would cost the square of
 * their number.
 */
export class LooseNumbers {
  private values: number[] = [];

  /** Forgets what a message that broke off has left. */
  clear(): void {
    this.values = [];
  }

  push(value: number): void {
    this.values.push(value);
  }

  pushAll(values: ArrayLike<number>): void {
    for (let index = 0; index < values.length; index++) this.values.push(values[index] as number);
  }

  /** The list with the pieces behind it; the pieces are then forgotten. */
  join<T extends Uint32Array | Float64Array>(list: T, create: (length: number) => T): T {
    if (this.values.length === 0) return list;
    const all = create(list.length + this.values.length);
    all.set(list);
    all.set(this.values, list.length);
    this.values = [];
    return all;
  }
}
