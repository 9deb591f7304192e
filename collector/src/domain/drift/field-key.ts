/** What tells the fields of a model apart. */
export interface FieldIdentity {
  readonly role: string;
  readonly name: string;
  /** Class that a multiclass score belongs to; absent and empty are the same. */
  readonly predictionLabel?: string;
}

/** The identity of a field as a text: equal for two fields if and only if they are the same one. */
export function fieldKey({ role, name, predictionLabel }: FieldIdentity): string {
  return JSON.stringify([role, name, predictionLabel ?? '']);
}
