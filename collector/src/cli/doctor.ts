import type { Command } from 'commander';
import { addClientOptions, connect, type ClientOptions } from './client-options.ts';
import { diagnose, type Finding } from './diagnose.ts';
import { EXIT } from './report-error.ts';
import type { Color, Terminal } from './terminal.ts';

/** `prumo doctor`. */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  addClientOptions(program.command('doctor'))
    .summary('what is wrong, and what to do')
    .description(
      'Looks at a collector: whether it answers and can store, what waits, which models lack a baseline, which versions run\nunregistered, which windows are unhealthy. Exit code 1 if something needs doing.',
    )
    .addHelpText('after', '\nExamples:\n  $ prumo doctor\n  $ prumo doctor --url http://collector:4318 --json')
    .action((options: ClientOptions) => examine(options, terminal));
}

const MARKS: Readonly<Record<Finding['level'], readonly [Color, string]>> = {
  ok: ['green', 'ok  '],
  warning: ['yellow', 'warn'],
  problem: ['red', 'FAIL'],
};

async function examine(options: ClientOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  const findings = await diagnose(client);
  const isFine = findings.every(({ level }) => level === 'ok');
  if (options.json === true) terminal.printJson({ url: client.url, ok: isFine, findings });
  else {
    for (const { level, what, remedy } of findings) {
      terminal.print(`${terminal.paint(...MARKS[level])}  ${what}`);
      if (remedy !== undefined) terminal.print(`      ${remedy}`);
    }
  }
  const couldNotRun = findings.some(({ check }) => check === 'collector') && findings[0]?.level === 'problem';
  process.exitCode = isFine ? EXIT.ok : couldNotRun ? EXIT.couldNotRun : EXIT.failed;
}
