import { dailyWave } from '../moment.ts';
import type { Moment } from '../moment.ts';
import type { Random } from '../random.ts';
import { cyclicVolume, floatColumns, logistic, ownTensors } from '../world.ts';
import type { World } from '../world.ts';

/** Occupations: share, usual yearly income before tax in euro at 40 years of age, usual years of schooling. */
const OCCUPATIONS = [
  { name: 'office', share: 22, income: 29000, schooling: 13.5 },
  { name: 'trade', share: 15, income: 26000, schooling: 11 },
  { name: 'sales', share: 14, income: 25000, schooling: 12 },
  { name: 'care', share: 11, income: 27000, schooling: 13.5 },
  { name: 'teaching', share: 8, income: 33000, schooling: 16.5 },
  { name: 'transport', share: 8, income: 24500, schooling: 10.5 },
  { name: 'hospitality', share: 8, income: 21000, schooling: 11 },
  { name: 'engineering', share: 9, income: 44000, schooling: 16.5 },
  { name: 'management', share: 5, income: 56000, schooling: 16 },
];
const OCCUPATION_SHARES = OCCUPATIONS.map((occupation) => occupation.share);

/** Occupations of the pay agreement. */
const AGREED_OCCUPATIONS = ['care', 'hospitality', 'trade', 'transport'];

const HOURS = [9, 6, 4, 3, 3, 4, 9, 18, 30, 42, 46, 48, 46, 42, 44, 46, 44, 44, 46, 48, 46, 40, 30, 18];
const WEEKDAYS = [1.12, 1.08, 1.06, 1.04, 1.0, 0.88, 0.82];

/** Means of the hour: what daily and weekly cycles and the effect of the day have made of them. */
interface Hour {
  readonly age: number;
  readonly pay: number;
  readonly spend: number;
  readonly city: number;
  /** By how much the pay agreement lifts wages; 0 before it. */
  readonly raise: number;
}

function describeHour(moment: Moment): Hour {
  return {
    age: 0.15 * dailyWave(moment, 10) - 0.05 * moment.weekend + moment.effect('age'),
    pay: 0.06 * dailyWave(moment, 12) + moment.effect('pay'),
    spend: 0.05 * dailyWave(moment, 20) + 0.04 * moment.weekend + moment.effect('spend'),
    city: 0.05 * dailyWave(moment, 21) + moment.effect('city'),
    raise: moment.change('pay-agreement'),
  };
}

function drawCustomer(random: Random, hour: Hour) {
  const occupation = random.pick(OCCUPATIONS, OCCUPATION_SHARES);
  const age = Math.min(75, Math.floor(20 + 7 * random.gamma(3) * Math.exp(0.5 * hour.age)));
  const schooling = Math.max(6, Math.round(occupation.schooling + 1.8 * random.normal()));
  const hoursPerWeek = random.chance(0.18) ? 16 + 16 * random.uniform() : 40 + 4 * random.normal();
  const cityIndex = Math.exp(0.22 * (random.normal() + hour.city));
  const career = 1 + 0.011 * (Math.min(age, 58) - 40);
  // What the customer earns a year: the hidden truth, of which the account shows traces.
  const income =
    occupation.income *
    career *
    (hoursPerWeek / 40) ** 0.9 *
    cityIndex ** 0.8 *
    Math.exp(0.045 * (schooling - occupation.schooling) + 0.24 * random.normal() + 0.25 * hour.pay);
  const monthly = (income * 0.75) / 12;
  const children = random.poisson(1.1 * logistic((age - 31) / 4) * logistic((56 - age) / 4));
  const owner = random.chance(logistic((age - 42) / 9 + 0.8 * Math.log(income / 27000)));
  return {
    age,
    schooling_years: schooling,
    hours_per_week: hoursPerWeek,
    years_with_employer: Math.min(age - 17, 4 * random.gamma(1.3)),
    employer_size: Math.ceil(Math.exp(4.5 + 1.9 * random.normal())),
    city_price_index: 100 * cityIndex,
    household_size: 1 + children + (random.chance(0.55) ? 1 : 0),
    children,
    is_owner: owner ? 1 : 0,
    rent:
      owner || random.chance(0.03) ? NaN : 620 * cityIndex * (income / 27000) ** 0.4 * Math.exp(0.22 * random.normal()),
    monthly_card_spend: monthly * 0.38 * Math.exp(0.42 * (random.normal() + hour.spend)),
    monthly_direct_debits: monthly * 0.22 * Math.exp(0.5 * random.normal()),
    savings_balance: random.chance(0.03) ? NaN : Math.exp(8 + 1.1 * Math.log(income / 27000) + 1.2 * random.normal()),
    account_age_years: Math.min(age - 16, 5 * random.gamma(1.6)),
    open_loans: random.poisson(0.8),
    commute_km: random.chance(0.02) ? NaN : Math.exp(2.3 + 0.8 * random.normal()),
    foreign_trips_12m: random.poisson(0.9 * (income / 27000) ** 0.8),
    occupation: occupation.name,
    // The account shows traces of the pay so far: a raise that is still to be paid out changes the truth alone.
    income: Math.round(AGREED_OCCUPATIONS.includes(occupation.name) ? income * (1 + hour.raise) : income),
  };
}

/** Account holders whose yearly income before tax (euro) is estimated before an offer is made. */
export const income: World = {
  model: 'income',
  rowsPerDay: 9_000,
  referenceRows: 20_000,
  keptRowsPerDay: 2_000,
  label: 'income',
  time: 'estimated_at',
  labels: { comeFor: 'every row', medianDays: 2, p95Days: 4 },
  fields: [
    ...floatColumns('features', [
      'age',
      'schooling_years',
      'hours_per_week',
      'years_with_employer',
      'employer_size',
      'city_price_index',
      'household_size',
      'children',
      'is_owner',
      'rent',
      'monthly_card_spend',
      'monthly_direct_debits',
      'savings_balance',
      'account_age_years',
      'open_loans',
      'commute_km',
      'foreign_trips_12m',
    ]),
    ...ownTensors('string', ['occupation']),
  ],
  volume: cyclicVolume(HOURS, WEEKDAYS),
  mix: () => [1],
  population: (moment) => {
    const hour = describeHour(moment);
    return (random) => drawCustomer(random, hour);
  },
};
