/** Writes protobuf by hand, for models that no exporter would write. */

export function varint(field: number, value: number): number[] {
  return [...number(field * 8), ...number(value)];
}

export function message(field: number, ...parts: readonly (readonly number[])[]): number[] {
  const content = parts.flat();
  return [...number(field * 8 + 2), ...number(content.length), ...content];
}

export function text(field: number, value: string): number[] {
  return message(field, [...Buffer.from(value)]);
}

function number(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** A graph's input (field 11) or output (12): numbers and names are dimensions, null is one without either. */
export function tensor(
  field: 11 | 12,
  name: string,
  type: number,
  shape: readonly (number | string | null)[],
): number[] {
  const dimensions = shape.map((dimension) => {
    if (dimension === null) return message(1);
    return message(1, typeof dimension === 'number' ? varint(1, dimension) : text(2, dimension));
  });
  return message(field, text(1, name), message(2, message(1, varint(1, type), message(2, ...dimensions))));
}

/** A model of the given parts of a graph: `ir_version` 8, operator set 17. */
export function model(...graph: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...varint(1, 8), ...text(2, 'hand'), ...message(7, ...graph), ...message(8, varint(2, 17))]);
}
