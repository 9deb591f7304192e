export {
  ATTRIBUTE,
  MAX_SEGMENT_COMBINATIONS,
  METRIC,
  OTHER_CATEGORY,
  OTHER_SEGMENT,
  RESOURCE,
  SCOPE,
  SEGMENT_PREFIX,
} from './names.ts';
export type { CategoriesLayout, EdgesLayout, ExponentialLayout, Layout, NumericLayout } from './layout.ts';
export type {
  CategoricalProfile,
  EdgesHistogram,
  ExponentialBuckets,
  ExponentialHistogram,
  Moments,
  NumericProfile,
  Profile,
  RowCounts,
} from './profile.ts';
export { ELEMENT_TYPES, type ElementType, nextDown, roundToElementType } from './element-type.ts';
export { LayoutError, type LayoutErrorCode } from './layout-error.ts';
export { defaultExponentialLayout } from './layout.ts';
export { cellOf, MAX_BOUNDS, validateEdges } from './edges.ts';
export { validateLayout } from './validate-layout.ts';
export { canonicalLayout } from './canonical-layout.ts';
export {
  exponentialBucketBounds,
  exponentialIndex,
  MAX_SCALE,
  MIN_SCALE,
  validateExponential,
} from './exponential-mapping.ts';
export { canonicalLabel } from './canonical-label.ts';
export { emptyProfile } from './empty-profile.ts';
export { mergeProfiles } from './merge-profiles.ts';
export { profilesEqual } from './profiles-equal.ts';
export { type EncodedProfile, encodeProfile, PROFILE_FORMAT } from './encode-profile.ts';
export { decodeProfile, ProfileFormatError } from './decode-profile.ts';
export type { NumericData } from './column.ts';
export {
  createNumericAccumulator,
  type NumericAccumulator,
  type NumericAccumulatorOptions,
} from './numeric-accumulator.ts';
export {
  type CategoricalAccumulator,
  type CategoricalAccumulatorOptions,
  type CategoricalData,
  createCategoricalAccumulator,
} from './categorical-accumulator.ts';
export { rebin, type RebinnedCounts } from './rebin.ts';
