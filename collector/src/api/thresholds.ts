import { z } from 'zod';

const limit = z.number().nonnegative();

/** Limits of one statistic: a value above `warning` or `critical` earns that verdict, if it is significant too. */
const limitsSchema = z
  .strictObject({ warning: limit.optional(), critical: limit.optional() })
  .refine(({ warning, critical }) => warning === undefined || critical === undefined || warning <= critical, {
    message: 'warning is greater than critical',
    path: ['warning'],
  });

/** Limits by statistic of drift. */
export const thresholdsSchema = z
  .strictObject({
    psi: limitsSchema,
    js: limitsSchema,
    ks: limitsSchema,
    wasserstein: limitsSchema,
    wassersteinNormalized: limitsSchema,
    hellinger: limitsSchema,
    meanShift: limitsSchema,
    lInfinity: limitsSchema,
    chi2: limitsSchema,
  })
  .partial();
