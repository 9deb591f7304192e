import { dailyWave } from '../moment.ts';
import type { Moment } from '../moment.ts';
import type { Random } from '../random.ts';
import { LOGISTIC_DEVIATION, cyclicVolume, logistic, ownTensors } from '../world.ts';
import type { World } from '../world.ts';

const CHANNELS = ['app', 'web', 'branch', 'broker'] as const;

/** Kinds of employment: usual monthly income after tax in euro, and log-odds of default over a usual employee's. */
const EMPLOYMENTS = {
  employed: { income: 2450, risk: 0 },
  self_employed: { income: 2700, risk: 0.45 },
  public_sector: { income: 2600, risk: -0.5 },
  retired: { income: 1700, risk: -0.3 },
  student: { income: 900, risk: 0.35 },
  unemployed: { income: 800, risk: 1.1 },
} as const;
type Employment = keyof typeof EMPLOYMENTS;
const EMPLOYMENT_NAMES = Object.keys(EMPLOYMENTS) as Employment[];

/** Loan purposes: share, usual amount in euro, and log-odds of default over a car loan's. */
const PURPOSES = [
  { name: 'car', share: 30, amount: 11000, risk: 0 },
  { name: 'home_improvement', share: 20, amount: 9000, risk: -0.25 },
  { name: 'debt_consolidation', share: 22, amount: 10000, risk: 0.5 },
  { name: 'appliances', share: 14, amount: 2500, risk: 0.1 },
  { name: 'education', share: 6, amount: 6000, risk: 0.05 },
  { name: 'medical', share: 8, amount: 4000, risk: 0.3 },
];
const PURPOSE_SHARES = PURPOSES.map((purpose) => purpose.share);

const HOUSINGS = ['owner', 'mortgage', 'tenant', 'with_family'] as const;
const HOUSING_RISKS = { owner: -0.5, mortgage: -0.2, tenant: 0.2, with_family: 0.25 } as const;

const REGIONS = ['north', 'centre', 'capital', 'south', 'coast', 'islands'] as const;
const REGION_SHARES = [26, 18, 30, 9, 12, 5];

const TERMS = [12, 24, 36, 48, 60, 84];
const TERM_WEIGHTS = [8, 18, 27, 20, 18, 9];

const HOURS = [8, 5, 3, 2, 2, 3, 6, 14, 30, 46, 52, 54, 46, 44, 50, 52, 50, 46, 42, 40, 38, 34, 26, 16];
const WEEKDAYS = [1.14, 1.1, 1.08, 1.05, 1.0, 0.86, 0.77];

/** Means of the hour: what daily and weekly cycles and the effect of the day have made of them. */
interface Hour {
  readonly age: number;
  readonly income: number;
  readonly amount: number;
  readonly burden: number;
  readonly need: number;
  /** Share of applicants whom the students' campaign brings. */
  readonly newcomers: number;
}

function describeHour(moment: Moment): Hour {
  return {
    age: 0.15 * dailyWave(moment, 11) - 0.06 * moment.weekend + moment.effect('age'),
    income: 0.06 * dailyWave(moment, 12) + moment.effect('income'),
    amount: 0.05 * dailyWave(moment, 11) - 0.04 * moment.weekend + moment.effect('amount'),
    burden: 0.08 * dailyWave(moment, 1) + 0.03 * moment.weekend + moment.effect('burden'),
    need: 0.06 * dailyWave(moment, 0) + moment.effect('need'),
    newcomers: moment.change('student-campaign'),
  };
}

function employmentWeights(age: number): number[] {
  const young = logistic((25 - age) / 2.5);
  const old = logistic((age - 65) / 2);
  const working = 1 - Math.min(1, young * 0.6 + old * 0.95);
  return [62 * working, 14 * working, 14 * working, 100 * old, 55 * young, 6 * (1 - old)];
}

function housingWeights(age: number, wealth: number): number[] {
  const settled = logistic((age - 38) / 8 + 0.5 * wealth);
  return [30 * settled, 45 * settled, 38 * (1 - 0.6 * settled), 40 * (1 - settled)];
}

function drawApplication(random: Random, hour: Hour, channel: string) {
  const older = { app: -0.35, web: -0.1, branch: 0.5, broker: 0.1 }[channel] ?? 0;
  const age = Math.min(90, Math.floor(18 + 7.5 * random.gamma(3.2) * Math.exp(0.5 * (hour.age + older))));
  const employment = random.pick(EMPLOYMENT_NAMES, employmentWeights(age));
  const wealth = random.normal() + hour.income;
  const prudence = random.normal() - hour.need;
  const seniority = Math.min(1.25, 0.85 + 0.01 * (age - 22));
  const income = Math.round(EMPLOYMENTS[employment].income * seniority * Math.exp(0.38 * wealth));
  const purpose = random.pick(PURPOSES, PURPOSE_SHARES);
  const works = employment !== 'unemployed' && employment !== 'student' && employment !== 'retired';
  const adultYears = age - 17;
  return {
    channel,
    purpose: purpose.name,
    employment,
    housing: random.pick(HOUSINGS, housingWeights(age, wealth)),
    region: random.pick(REGIONS, REGION_SHARES),
    age,
    income: random.chance(0.02) ? NaN : income,
    employment_years: works ? Math.min(adultYears, 3.2 * random.gamma(1.3)) : 0,
    loan_amount:
      50 * Math.ceil((purpose.amount * Math.exp(0.25 * wealth + 0.45 * (random.normal() + hour.amount))) / 50),
    term_months: random.pick(TERMS, TERM_WEIGHTS),
    // Share of income that goes to debts already: around 0.28, skewed to the right as in real books.
    debt_to_income: 0.07 * random.gamma(4) * Math.exp(0.5 * hour.burden - 0.12 * prudence),
    credit_utilization: random.chance(0.03) ? NaN : logistic(-0.6 - 0.9 * prudence + 0.8 * random.normal()),
    savings_balance: random.chance(0.04) ? NaN : Math.exp(7.4 + 0.7 * wealth + 0.5 * prudence + 0.8 * random.normal()),
    credit_history_years: adultYears * Math.min(1, 0.25 * random.gamma(2.2)),
    years_at_address: Math.min(age, 4.5 * random.gamma(1.2)),
    open_loans: random.poisson(1.3 * Math.exp(-0.3 * prudence)),
    late_payments_24m: random.poisson(0.35 * Math.exp(-0.8 * prudence)),
    inquiries_6m: random.poisson(0.9 * Math.exp(-0.4 * prudence)),
  };
}

type Application = ReturnType<typeof drawApplication>;

/** The applicant as a student with a first card and no loan before: little to be judged by, and much alike. */
function asNewcomer(loan: Application): Application {
  return {
    ...loan,
    employment: 'student',
    housing: 'with_family',
    age: 18 + (loan.age % 9),
    income: Math.round((loan.income * EMPLOYMENTS.student.income) / EMPLOYMENTS[loan.employment].income),
    employment_years: 0,
    debt_to_income: 0.5 * loan.debt_to_income,
    credit_utilization: 0.2,
    savings_balance: 0.4 * loan.savings_balance,
    credit_history_years: Math.min(2, loan.credit_history_years),
    years_at_address: Math.min(18, loan.years_at_address),
    open_loans: 0,
    late_payments_24m: 0,
    inquiries_6m: 0,
  };
}

/** Log-odds of default within a year: the hidden truth. A lost value says nothing, so a usual one stands in for it. */
function judgeDefault(loan: Application): number {
  const usual = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);
  const income = usual(loan.income, 2300);
  const purposeRisk = PURPOSES.find((purpose) => purpose.name === loan.purpose)?.risk ?? 0;
  return (
    -4.1 +
    EMPLOYMENTS[loan.employment].risk +
    HOUSING_RISKS[loan.housing] +
    purposeRisk +
    (loan.channel === 'broker' ? 0.35 : 0) +
    3.2 * (loan.debt_to_income - 0.28) +
    1.6 * (usual(loan.credit_utilization, 0.38) - 0.38) +
    0.75 * Math.min(4, loan.late_payments_24m) +
    0.16 * loan.inquiries_6m +
    0.1 * loan.open_loans -
    0.28 * (Math.log(usual(loan.savings_balance, 1600)) - 7.4) -
    0.7 * Math.log(income / 2300) +
    0.28 * Math.log(loan.loan_amount / 8000) +
    0.008 * (loan.term_months - 36) +
    1.1 * Math.exp(-loan.credit_history_years / 4) +
    0.6 * Math.exp(-loan.employment_years / 2)
  );
}

/** Applications for consumer loans, and whether each loan defaulted within a year. Amounts in euro, income per month. */
export const creditDefault: World = {
  model: 'credit-default',
  rowsPerDay: 9_000,
  referenceRows: 20_000,
  keptRowsPerDay: 3_000,
  label: 'defaulted',
  time: 'decided_at',
  segment: { key: 'channel', values: CHANNELS },
  labels: { comeFor: 'approved', medianDays: 2.5, p95Days: 5 },
  fields: [
    ...ownTensors('string', ['channel', 'purpose', 'employment', 'housing', 'region']),
    ...ownTensors('float32', ['age', 'income', 'employment_years', 'loan_amount', 'term_months', 'debt_to_income']),
    ...ownTensors('float32', ['credit_utilization', 'savings_balance', 'credit_history_years', 'years_at_address']),
    ...ownTensors('int64', ['open_loans', 'late_payments_24m', 'inquiries_6m']),
  ],
  volume: cyclicVolume(HOURS, WEEKDAYS),
  mix: (moment) => {
    const phone = LOGISTIC_DEVIATION * moment.effect('app') + 0.5 * dailyWave(moment, 22) + 0.16 * moment.weekend;
    const open = moment.hourOfDay >= 8 && moment.hourOfDay < 18 ? 1 : 0.08;
    return [38 * Math.exp(phone), 32, 22 * open * (1 - 0.2 * moment.weekend), 12 * open];
  },
  population: (moment) => {
    const hour = describeHour(moment);
    return (random, channel) => {
      const drawn = drawApplication(random, hour, channel);
      const loan = hour.newcomers > 0 && random.chance(hour.newcomers) ? asNewcomer(drawn) : drawn;
      return { ...loan, defaulted: random.chance(logistic(judgeDefault(loan))) ? 1 : 0 };
    };
  },
};
