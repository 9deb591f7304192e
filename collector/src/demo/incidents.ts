import type { ModelName } from './world.ts';

/** What goes wrong upstream of the model. Each changes one field and nothing else. */
export type Fault =
  /** The value arrives in another unit. */
  | { readonly kind: 'unit change'; readonly factor: number }
  /** The value is lost in this share of the rows. */
  | { readonly kind: 'missing feature'; readonly share: number }
  /** This share of the rows carries a category that no training row had. */
  | { readonly kind: 'new category'; readonly category: string; readonly share: number }
  /** On day k (1, 2, ...) of the incident the value is k times this many reference standard deviations too high. */
  | { readonly kind: 'slow shift'; readonly deviationsPerDay: number }
  /** Every row carries the same value. */
  | { readonly kind: 'frozen feature'; readonly value: number };

/** A known incident: what was put in, where and when. Hours count from the start of the live traffic (midnight UTC). */
export interface KnownIncident {
  readonly id: string;
  readonly model: ModelName;
  readonly field: string;
  readonly fault: Fault;
  /** First hour that is affected. */
  readonly fromHour: number;
  /** First hour that is no longer affected. */
  readonly toHour: number;
  /** What happened, as the people concerned would tell it. */
  readonly story: string;
  /** The strength in numbers. */
  readonly strength: string;
  /** What it does to the field and to the model's predictions. */
  readonly effect: string;
}

/** `hoursInto(6, 9)`: 09:00 on the seventh day (days count from 0). */
function hoursInto(day: number, hourOfDay = 0): number {
  return day * 24 + hourOfDay;
}

/**
 * The five incidents of the demo's 30 days.
 *
 * Two models have them, never two at once on one model, with at least 4 clean days after each; `income` has none.
 */
export const INCIDENTS: readonly KnownIncident[] = [
  {
    id: 'amount-in-cents',
    model: 'card-fraud',
    field: 'amount',
    fault: { kind: 'unit change', factor: 100 },
    fromHour: hoursInto(6, 9),
    toHour: hoursInto(8, 9),
    story: 'A release of the payment gateway sends amounts in cents; the next one but one puts it right.',
    strength: 'all rows x 100, for 48 hours',
    effect: 'Amounts leave the range of the reference; fraud scores rise as if every payment were large.',
  },
  {
    id: 'device-age-missing',
    model: 'card-fraud',
    field: 'device_age_days',
    fault: { kind: 'missing feature', share: 0.6 },
    fromHour: hoursInto(14, 6),
    toHour: hoursInto(16, 6),
    story: 'Two of five instances of the device service still answer; requests to the others time out.',
    strength: '60 % of rows lose the value (4 % is usual), for 48 hours',
    effect: 'The missing share rises from 4 % to 62 %; scores of new devices, the risky ones, fall.',
  },
  {
    id: 'merchant-join-broken',
    model: 'card-fraud',
    field: 'merchant_fraud_rate',
    fault: { kind: 'frozen feature', value: 12 },
    fromHour: hoursInto(22, 2),
    toHour: hoursInto(24, 2),
    story:
      'The nightly job writes merchant keys with a new prefix; the join finds nobody and falls back to its default.',
    strength: 'all rows carry 12, for 48 hours',
    effect: 'The field is one constant; the model no longer tells risky merchants from safe ones.',
  },
  {
    id: 'purpose-holiday',
    model: 'credit-default',
    field: 'purpose',
    fault: { kind: 'new category', category: 'holiday', share: 0.15 },
    fromHour: hoursInto(5),
    toHour: hoursInto(7),
    story: 'The web form offers a new loan purpose before the model is retrained; it is withdrawn after two days.',
    strength: '15 % of rows carry the unseen category `holiday`, for 48 hours',
    effect: 'The model reads an unknown purpose as none of its six; scores move a little.',
  },
  {
    id: 'debt-burden-rises',
    model: 'credit-default',
    field: 'debt_to_income',
    fault: { kind: 'slow shift', deviationsPerDay: 0.1 },
    fromHour: hoursInto(13),
    toHour: hoursInto(21),
    story: 'Interest rates rise and with them the debt burden of applicants, until the campaign that drew them ends.',
    strength: 'day k of the incident is shifted by 0.1 k reference standard deviations, for 8 days (0.8 at the end)',
    effect: 'The distribution slides upward day by day; scores rise with it.',
  },
];

/** The known incidents of one model, in order of time. */
export function incidentsOf(model: ModelName): KnownIncident[] {
  return INCIDENTS.filter((incident) => incident.model === model);
}
