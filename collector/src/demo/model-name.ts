export const MODEL_NAMES = ['card-fraud', 'credit-default', 'income'] as const;

/** The models of the demo. */
export type ModelName = (typeof MODEL_NAMES)[number];
