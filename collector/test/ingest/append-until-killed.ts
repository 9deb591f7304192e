/** Appends numbered rows from several senders at once and prints each number when it is acknowledged, until killed. */
import { Spool } from '../../src/ingest/spool.ts';

const spool = await Spool.open({ folder: process.argv[2] ?? '', sealAfterMs: 1e9 });
let number = 0;
const send = async (): Promise<never> => {
  for (;;) {
    const mine = number++;
    await spool.append('profiles', Buffer.from(`${mine}\n\n${'x'.repeat(mine % 500)}`));
    process.stdout.write(`${mine}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, send));
