import { ELEMENT_TYPES, type ElementType } from '@prumo/agent/profile';
import type { FieldRole } from '../drift/reference.ts';
import type { DeclaredField, Field, OnnxSignature, Tensor } from './field.ts';

/** Fields of a version, and what does not fit. With problems the fields must not be used. */
export interface ResolvedFields {
  readonly fields: readonly Field[];
  readonly problems: readonly string[];
}

/**
 * Finds where each declared field is, and of which type: from the model file, and from the ONNX file where there is one.
 *
 * Fields that share a tensor are its columns, in order. An output's `column` is used as it is; without one, a score of
 * class k (a number) is column k, unless its tensor is known to have one column. The element type is the declared one, else the
 * tensor's, else float64 or string.
 */
export function resolveFields(
  declared: { readonly inputs: readonly DeclaredField[]; readonly outputs: readonly DeclaredField[] },
  onnx?: OnnxSignature,
): ResolvedFields {
  const problems: string[] = [];
  const fields = [
    ...resolveRole('input', declared.inputs, onnx?.inputs, problems),
    ...resolveRole('output', declared.outputs, onnx?.outputs, problems),
  ];
  return { fields, problems };
}

function resolveRole(
  role: FieldRole,
  declared: readonly DeclaredField[],
  tensors: readonly Tensor[] | undefined,
  problems: string[],
): Field[] {
  const sharing = Map.groupBy(declared, tensorOf);
  const fields = declared.map((field) => {
    const tensor = tensors?.find(({ name }) => name === tensorOf(field));
    const siblings = sharing.get(tensorOf(field)) ?? [field];
    return resolveField(role, field, siblings, tensor);
  });
  if (tensors !== undefined) {
    for (const [name, siblings] of sharing) checkTensor(role, name, siblings, tensors, problems);
  }
  checkColumns(role, fields, tensors ?? [], problems);
  return fields;
}

function tensorOf(field: DeclaredField): string {
  return field.tensor ?? field.name;
}

function resolveField(
  role: FieldRole,
  field: DeclaredField,
  siblings: readonly DeclaredField[],
  tensor: Tensor | undefined,
): Field {
  const known = tensor !== undefined && isElementType(tensor.elementType) ? tensor.elementType : undefined;
  return {
    name: field.name,
    role,
    type: field.type,
    tensor: tensorOf(field),
    column: columnOf(field, siblings, tensor),
    elementType: field.dtype ?? known ?? (field.type === 'numeric' ? 'float64' : 'string'),
    missing: field.missing,
    ...(field.class === undefined ? {} : { predictionLabel: field.class }),
  };
}

function columnOf(field: DeclaredField, siblings: readonly DeclaredField[], tensor: Tensor | undefined): number | null {
  if (field.column !== undefined) return field.column;
  if (tensor !== undefined && hasOneColumn(tensor) && siblings.length === 1) return null;
  if (field.class !== undefined && /^\d{1,5}$/.test(field.class)) return Number(field.class);
  return siblings.length > 1 ? siblings.indexOf(field) : null;
}

function hasOneColumn({ shape }: Tensor): boolean {
  return shape !== null && (shape.length <= 1 || shape.at(-1) === 1);
}

/** Number of columns of a [N,D] tensor; undefined where it is no such tensor, or D is not fixed. */
function widthOf({ shape }: Tensor): number | undefined {
  const last = shape?.length === 2 ? shape[1] : undefined;
  return typeof last === 'number' ? last : undefined;
}

function checkTensor(
  role: FieldRole,
  name: string,
  siblings: readonly DeclaredField[],
  tensors: readonly Tensor[],
  problems: string[],
): void {
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (tensor === undefined) {
    const named = siblings.map((field) => `"${field.name}"`).join(', ');
    const known = tensors.map((candidate) => candidate.name).join(', ');
    problems.push(`${role} ${named}: the ONNX file has no ${role} "${name}"; it has: ${known}`);
    return;
  }
  for (const field of siblings) checkType(role, field, tensor, problems);
  const width = widthOf(tensor);
  if (role === 'input' && width !== undefined && width !== siblings.length) {
    problems.push(`input tensor "${name}" has ${width} columns; the model file names ${siblings.length}`);
  }
  if (siblings.length > 1 && tensor.shape !== null && tensor.shape.length < 2) {
    problems.push(`${role} tensor "${name}" has one column; the model file names ${siblings.length}`);
  }
}

function checkType(role: FieldRole, field: DeclaredField, { elementType }: Tensor, problems: string[]): void {
  const where = `${role} "${field.name}"`;
  if (!isElementType(elementType)) {
    problems.push(`${where}: values of type ${elementType} cannot be watched${adviceFor(elementType)}`);
  } else if (field.dtype !== undefined && field.dtype !== elementType) {
    problems.push(`${where}: the model file says dtype ${field.dtype}, the ONNX file ${elementType}`);
  } else if (field.type === 'numeric' && elementType === 'string') {
    problems.push(`${where}: the model file says numeric, the ONNX file string`);
  }
}

function adviceFor(elementType: string): string {
  return elementType === 'sequence' || elementType === 'map' ? '; export the model without ZipMap' : '';
}

function checkColumns(role: FieldRole, fields: readonly Field[], tensors: readonly Tensor[], problems: string[]): void {
  const taken = new Map<string, string>();
  for (const field of fields) {
    const place = `column ${field.column ?? 0} of tensor "${field.tensor}"`;
    const other = taken.get(place);
    if (other !== undefined) problems.push(`${role} "${field.name}": ${place} is "${other}" already`);
    taken.set(place, field.name);
    const tensor = tensors.find(({ name }) => name === field.tensor);
    const width = tensor === undefined ? undefined : widthOf(tensor);
    if (role === 'output' && field.column !== null && width !== undefined && field.column >= width) {
      problems.push(
        `${role} "${field.name}": tensor "${field.tensor}" has ${width} columns; there is no column ${field.column}`,
      );
    }
  }
}

const elementTypes: ReadonlySet<string> = new Set(ELEMENT_TYPES);

function isElementType(name: string): name is ElementType {
  return elementTypes.has(name);
}
