import type { ModelName } from './model-name.ts';

/** How the world itself changes, with every field as it should be: nothing is broken upstream of the model. */
export type ChangeKind =
  /** Other cases come, for whom the model knows less: inputs move, and its performance falls with them. */
  | 'harder cases'
  /** The same inputs come to mean something else: only labels can tell. */
  | 'concept drift';

/** A known change of the world. Hours count from the start of the live traffic (midnight UTC). */
export interface KnownChange {
  readonly id: string;
  readonly model: ModelName;
  readonly kind: ChangeKind;
  /** First hour that is affected. */
  readonly fromHour: number;
  /** First hour that is no longer affected. */
  readonly toHour: number;
  /** How strong it is while it lasts; what it measures is the world's to say. */
  readonly strength: number;
  /** What happened, as the people concerned would tell it. */
  readonly story: string;
  /** The strength in words. */
  readonly effect: string;
}

/**
 * The two changes of the demo's 30 days. Both last to the end of the traffic, and neither touches the hours of a known incident of its
 * model.
 */
export const CHANGES: readonly KnownChange[] = [
  {
    id: 'student-campaign',
    model: 'credit-default',
    kind: 'harder cases',
    fromHour: 25 * 24,
    toHour: 30 * 24,
    strength: 0.9,
    story:
      'A campaign brings students who never borrowed before: they are much alike, and there is no past to judge them by.',
    effect: '90 % of the applicants are students without a credit history',
  },
  {
    id: 'pay-agreement',
    model: 'income',
    kind: 'concept drift',
    fromHour: 15 * 24,
    toHour: 30 * 24,
    strength: 0.3,
    story:
      'A pay agreement lifts wages in four occupations; it is paid in arrears, so the accounts show nothing of it yet.',
    effect: 'incomes in care, hospitality, trade and transport are 30 % higher; no input moves',
  },
];

/** The known changes of one model, in order of time. */
export function changesOf(model: ModelName): KnownChange[] {
  return CHANGES.filter((change) => change.model === model);
}
