import { PrumoError } from '../errors/prumo-error.ts';
import { checkRules } from './check.ts';

/**
 * Refuses a row's time that lies more than 10 minutes ahead, or, where the sender may not write the past, more than 7 days
 * back.
 *
 * @throws PrumoError `PRUMO_INPUT_INVALID`.
 */
export function checkRowTime(place: string, timeMs: number, nowMs: number, mayWritePast: boolean): void {
  const { aheadMs, pastMs } = checkRules(nowMs, mayWritePast);
  const fault =
    timeMs > nowMs + aheadMs
      ? 'lies more than 10 minutes ahead'
      : timeMs < nowMs - pastMs
        ? 'is older than 7 days'
        : undefined;
  if (fault === undefined) return;
  const message = `${place}: time: ${new Date(timeMs).toISOString()} ${fault} (it is ${new Date(nowMs).toISOString()})`;
  throw new PrumoError('PRUMO_INPUT_INVALID', message);
}
