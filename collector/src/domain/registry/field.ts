import type { ElementType } from '@prumo/agent/profile';
import type { FieldRole } from '../drift/reference.ts';

/** A field as the model file declares it. */
export interface DeclaredField {
  readonly name: string;
  readonly type: 'numeric' | 'categorical';
  /** Default: the name of the field. */
  readonly tensor?: string | undefined;
  readonly dtype?: ElementType | undefined;
  readonly missing: readonly (number | string)[];
  /** Outputs: the class of a score. */
  readonly class?: string | undefined;
  /** Outputs: the column of a [N,D] tensor. */
  readonly column?: number | undefined;
}

/** A field of a version, resolved: where its values are, and of which type. */
export interface Field {
  readonly name: string;
  readonly role: FieldRole;
  readonly type: 'numeric' | 'categorical';
  readonly tensor: string;
  /** Index in a [N,D] tensor; null where the field has its tensor to itself. */
  readonly column: number | null;
  readonly elementType: ElementType;
  /** Values that mean "missing". */
  readonly missing: readonly (number | string)[];
  /** The class that a score belongs to. */
  readonly predictionLabel?: string;
}

/** An input or output of an ONNX graph. */
export interface Tensor {
  readonly name: string;
  /** As ONNX names it (`float32`, `string`, `bfloat16`), or `sequence`, `map`, `optional`, `sparse`, `unknown`. */
  readonly elementType: string;
  /** Each dimension a number, a name, or null where unknown; null where the rank is unknown too. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** What an ONNX file says of a model. */
export interface OnnxSignature {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly irVersion: number;
  /** Version of the default operator set; null where it names none. */
  readonly opset: number | null;
  readonly producer: string;
  /** Graph inputs that are no initializers. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}
