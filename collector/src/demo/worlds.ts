import type { ModelName, World } from './world.ts';
import { cardFraud } from './worlds/card-fraud.ts';
import { creditDefault } from './worlds/credit-default.ts';
import { income } from './worlds/income.ts';

/** The world of each model of the demo. */
export const WORLDS: Readonly<Record<ModelName, World>> = {
  'card-fraud': cardFraud,
  'credit-default': creditDefault,
  income,
};
