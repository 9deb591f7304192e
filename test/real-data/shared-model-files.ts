/** A field as a model file declares it. */
export type DeclaredField = Readonly<Record<string, string | number>>;

/** The description of a model of `../shared/models`. */
export interface SharedModel {
  readonly file: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  /** Fields in the order of their tensors' columns. */
  readonly inputs: Readonly<Record<string, DeclaredField>>;
  readonly outputs: Readonly<Record<string, DeclaredField>>;
}

function columns(tensor: string, type: 'numeric' | 'categorical', names: string): Record<string, DeclaredField> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { type, tensor }]));
}

function ownTensors(type: 'numeric' | 'categorical', names: string): Record<string, DeclaredField> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { type }]));
}

const LABEL = { type: 'categorical', role: 'label', tensor: 'label' };
const SECOND_OF_TWO = { type: 'numeric', role: 'score', tensor: 'probabilities', column: 1, class: 1, threshold: 0.5 };
const TAIWAN =
  'LIMIT_BAL SEX EDUCATION MARRIAGE AGE PAY_0 PAY_2 PAY_3 PAY_4 PAY_5 PAY_6 BILL_AMT1 BILL_AMT2 BILL_AMT3 BILL_AMT4 BILL_AMT5 BILL_AMT6 PAY_AMT1 PAY_AMT2 PAY_AMT3 PAY_AMT4 PAY_AMT5 PAY_AMT6';
const CARDS = ['highstreet_card', 'prepaid_card', 'upmarket_card'];

/** The models that were trained on real streams, by name. */
export const SHARED_MODELS: Readonly<Record<string, SharedModel>> = {
  'car-loan': {
    file: 'car_loan_gbt',
    task: 'binary',
    inputs: {
      ...ownTensors('numeric', 'car_value debt_to_income_ratio loan_length driver_tenure'),
      ...ownTensors('categorical', 'salary_range size_of_downpayment repaid_loan_on_prev_car'),
    },
    outputs: { decision: LABEL, probability: SECOND_OF_TWO },
  },
  'credit-taiwan': {
    file: 'credit_taiwan_logreg',
    task: 'binary',
    inputs: columns('X', 'numeric', TAIWAN),
    outputs: { decision: LABEL, probability: SECOND_OF_TWO },
  },
  elec2: {
    file: 'elec2_mlp',
    task: 'binary',
    inputs: columns('features', 'numeric', 'day period nswprice nswdemand vicprice vicdemand transfer'),
    outputs: { p_up: { type: 'numeric', role: 'score', class: 'UP', threshold: 0.5 } },
  },
  'car-price': {
    file: 'car_price_gbt',
    task: 'regression',
    inputs: {
      ...columns('numeric', 'numeric', 'car_age km_driven price_new accident_count door_count'),
      ...ownTensors('categorical', 'fuel transmission'),
    },
    outputs: { price: { type: 'numeric', role: 'value' } },
  },
  'credit-card': {
    file: 'credit_card_rf',
    task: 'multiclass',
    inputs: {
      ...ownTensors('numeric', 'app_behavioral_score requested_credit_limit credit_bureau_score stated_income'),
      ...ownTensors('categorical', 'acq_channel app_channel is_customer'),
    },
    outputs: {
      predicted_card: { type: 'categorical', role: 'label' },
      ...Object.fromEntries(
        CARDS.map((card, column) => [
          `p_${card}`,
          { type: 'numeric', role: 'score', tensor: 'probabilities', column, class: card },
        ]),
      ),
    },
  },
  bike: {
    file: 'bike_gbr',
    task: 'regression',
    inputs: columns('x', 'numeric', 'season yr mnth hr holiday weekday workingday weathersit temp atemp hum windspeed'),
    outputs: { cnt: { type: 'numeric', role: 'value' }, cnt_int: { type: 'numeric', role: 'other' } },
  },
};
