import { dailyWave } from '../moment.ts';
import type { Moment } from '../moment.ts';
import type { Random } from '../random.ts';
import { LOGISTIC_DEVIATION, cyclicVolume, floatColumns, logistic } from '../world.ts';
import type { World } from '../world.ts';

const CHANNELS = ['pos', 'ecommerce', 'wallet'] as const;

/** Merchant categories: share at a terminal, share online, usual amount over the mean, frauds per 10,000 payments. */
const MERCHANTS = [
  { name: 'groceries', terminal: 30, online: 8, amount: 0.8, fraudRate: 3 },
  { name: 'fuel', terminal: 12, online: 0.5, amount: 1.2, fraudRate: 7 },
  { name: 'restaurants', terminal: 22, online: 8, amount: 0.7, fraudRate: 4 },
  { name: 'clothing', terminal: 10, online: 20, amount: 1.3, fraudRate: 12 },
  { name: 'pharmacy', terminal: 9, online: 4, amount: 0.6, fraudRate: 3 },
  { name: 'transport', terminal: 8, online: 10, amount: 0.5, fraudRate: 8 },
  { name: 'electronics', terminal: 4, online: 16, amount: 3.5, fraudRate: 35 },
  { name: 'travel', terminal: 3, online: 12, amount: 5.0, fraudRate: 28 },
  { name: 'digital goods', terminal: 0.5, online: 18, amount: 0.5, fraudRate: 45 },
  { name: 'gift cards', terminal: 1.5, online: 3.5, amount: 1.5, fraudRate: 90 },
];
const TERMINAL_WEIGHTS = MERCHANTS.map((merchant) => merchant.terminal);
const ONLINE_WEIGHTS = MERCHANTS.map((merchant) => merchant.online);

/** Risk scores of countries away from home, and how often cards are used there. */
const FOREIGN_RISKS = [0.15, 0.25, 0.4, 0.6, 0.9];
const FOREIGN_WEIGHTS = [45, 28, 15, 8, 4];
const HOME_RISK = 0.05;

/** Weight of each hour of the day and of each weekday, Monday first. */
const HOURS = [5, 3, 2, 2, 2, 4, 9, 20, 32, 38, 42, 48, 56, 52, 46, 46, 50, 60, 64, 58, 46, 34, 22, 12];
const WEEKDAYS = [0.94, 0.95, 0.97, 1.0, 1.12, 1.14, 0.88];

/** Means of the hour: what daily and weekly cycles and the effect of the day have made of them. */
interface Hour {
  readonly hourOfDay: number;
  readonly spend: number;
  readonly age: number;
  readonly activity: number;
  readonly foreignShare: number;
}

function describeHour(moment: Moment): Hour {
  return {
    hourOfDay: moment.hourOfDay,
    spend: 0.1 * dailyWave(moment, 18) + 0.06 * moment.weekend + moment.effect('spend'),
    age: 0.15 * dailyWave(moment, 10) - 0.04 * moment.weekend + moment.effect('age'),
    activity: 0.1 * dailyWave(moment, 17) + 0.05 * moment.weekend + moment.effect('activity'),
    foreignShare: logistic(-2.4 + LOGISTIC_DEVIATION * (0.05 * moment.weekend + moment.effect('abroad'))),
  };
}

function drawPayment(random: Random, hour: Hour, channel: string) {
  const wealth = random.normal();
  const busy = Math.exp(0.5 * (random.normal() + hour.activity));
  const online = channel === 'ecommerce';
  const foreign = random.chance(online ? hour.foreignShare * 1.6 : hour.foreignShare);
  const merchant = random.pick(MERCHANTS, online ? ONLINE_WEIGHTS : TERMINAL_WEIGHTS);
  const usualAmount = Math.exp(3.5 + 0.4 * wealth + 0.35 * random.normal());
  const transactions24h = random.poisson(1.6 * busy);
  return {
    amount: 0.01 * Math.ceil(100 * merchant.amount * usualAmount * Math.exp(0.75 * (random.normal() + hour.spend))),
    hour_of_day: hour.hourOfDay,
    is_ecommerce: online ? 1 : 0,
    is_wallet: channel === 'wallet' ? 1 : 0,
    is_foreign: foreign ? 1 : 0,
    country_risk: foreign ? random.pick(FOREIGN_RISKS, FOREIGN_WEIGHTS) : HOME_RISK,
    merchant_fraud_rate: merchant.fraudRate * Math.exp(0.3 * random.normal()),
    merchant_age_days: Math.ceil(900 * random.gamma(1.5)),
    distance_from_home_km: random.chance(0.02)
      ? NaN
      : Math.exp((foreign ? 6.9 : 1.8) + (foreign ? 0.6 : 1.2) * random.normal()),
    minutes_since_last_payment: random.chance(0.03) ? NaN : Math.exp(5.9 + 1.3 * random.normal()) / busy,
    payments_1h: random.poisson(0.12 * busy),
    payments_24h: transactions24h,
    spend_24h: transactions24h === 0 ? 0 : transactions24h * usualAmount * Math.exp(0.4 * random.normal()),
    mean_amount_30d: usualAmount,
    card_age_days: Math.ceil(500 * random.gamma(1.6)),
    device_age_days: random.chance(0.04) ? NaN : Math.ceil(260 * random.gamma(1.2)),
    customer_age: Math.min(95, Math.floor(18 + 8 * random.gamma(3.2) * Math.exp(0.5 * hour.age))),
    credit_limit: 100 * Math.ceil(Math.exp(3.4 + 0.6 * wealth + 0.3 * random.normal())),
    available_credit: logistic(0.9 + 0.3 * wealth + 0.9 * random.normal()),
    failed_pins_7d: random.poisson(online ? 0.03 : 0.08),
  };
}

type Payment = ReturnType<typeof drawPayment>;

/** What the world knows of a value that the feature pipeline lost: nothing, so a usual one stands in for it. */
function orUsual(value: number, usual: number): number {
  return Number.isNaN(value) ? usual : value;
}

/** Log-odds of fraud: the hidden truth that the model has to learn. */
function judgeFraud(payment: Payment): number {
  return (
    -8.1 +
    0.75 * Math.log(payment.amount / payment.mean_amount_30d) +
    0.8 * Math.log(payment.merchant_fraud_rate) +
    0.9 * payment.is_ecommerce -
    0.5 * payment.is_wallet +
    2.6 * payment.country_risk +
    (payment.hour_of_day < 6 ? 0.8 : 0) +
    1.9 * Math.exp(-orUsual(payment.device_age_days, 300) / 60) +
    0.55 * payment.payments_1h +
    0.1 * payment.payments_24h +
    0.9 * Math.min(2, payment.failed_pins_7d) +
    0.8 * Math.exp(-orUsual(payment.minutes_since_last_payment, 300) / 30) +
    0.7 * Math.exp(-payment.card_age_days / 120)
  );
}

/** Card payments at the moment of authorization, and whether each was a fraud. Amounts in euro. */
export const cardFraud: World = {
  model: 'card-fraud',
  rowsPerDay: 20_000,
  referenceRows: 60_000,
  keptRowsPerDay: 6_000,
  label: 'is_fraud',
  time: 'authorized_at',
  segment: { key: 'channel', values: CHANNELS },
  labels: { comeFor: 'positives', medianDays: 3, p95Days: 5.5 },
  fields: floatColumns('features', [
    'amount',
    'hour_of_day',
    'is_ecommerce',
    'is_wallet',
    'is_foreign',
    'country_risk',
    'merchant_fraud_rate',
    'merchant_age_days',
    'distance_from_home_km',
    'minutes_since_last_payment',
    'payments_1h',
    'payments_24h',
    'spend_24h',
    'mean_amount_30d',
    'card_age_days',
    'device_age_days',
    'customer_age',
    'credit_limit',
    'available_credit',
    'failed_pins_7d',
  ]),
  volume: cyclicVolume(HOURS, WEEKDAYS),
  mix: (moment) => {
    const online = LOGISTIC_DEVIATION * (moment.effect('online') + 0.05 * moment.weekend) + 0.5 * dailyWave(moment, 22);
    return [55, 27 * Math.exp(online), 18 * Math.exp(0.1 * moment.weekend)];
  },
  population: (moment) => {
    const hour = describeHour(moment);
    return (random, channel) => {
      const payment = drawPayment(random, hour, channel);
      return { ...payment, is_fraud: random.chance(logistic(judgeFraud(payment))) ? 1 : 0 };
    };
  },
};
