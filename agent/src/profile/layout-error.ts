/** What is wrong with a layout, or with two profiles that should have had the same one. */
export type LayoutErrorCode =
  | 'not-finite'
  | 'not-increasing'
  | 'too-many-bounds'
  | 'bad-bucket-limit'
  | 'bad-scale'
  | 'repeated-category'
  | 'different-kinds'
  | 'different-layouts';

/** A layout that cannot be used, or profiles whose layouts differ; `code` says which. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
  readonly code: LayoutErrorCode;

  constructor(code: LayoutErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
