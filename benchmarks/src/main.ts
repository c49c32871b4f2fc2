import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { datasetNames, datasets } from '@kindred/data';
import { ProblemsError } from '@kindred/harness';
import { addDataCommand, showData } from './data-command.ts';
import { describeDevices } from './devices/devices.ts';
import { addFailuresCommand, showFailures } from './failures/failures-command.ts';
import { listing } from './list.ts';
import { families } from './models.ts';
import { addPeersCommand, comparePeers } from './peers-command.ts';
import { deviceWorker, runBench } from './run-bench.ts';
import { deviceKinds, engineKinds, understand, type RawOptions } from './settings.ts';
import { suites } from './suites.ts';
import { addTwinsCommand, compareTwins } from './twins-command.ts';

/** The workspace: this file runs from benchmarks/dist/src. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Exit codes: as of a shell's command that Ctrl-C ended, and for everything that went wrong. */
const codes = { ok: 0, wrong: 1, stopped: 130 } as const;

/** Someone asked the run to stop. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * The command line of `pnpm bench`.
 *
 * @param args without node and script
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = codes.ok;
  process.stdout.on('error', keepOnWithoutReader);
  const program = new Command('bench')
    .description('Trains, samples and measures families of generative models on equal terms, and writes the report.')
    .usage('[suite] [options]')
    .argument('[suite]', 'what to run; see `list`', suites[0]?.name)
    .option('--models <names>', 'families or family/variant, with commas between')
    .option('--datasets <names>', 'datasets, with commas between; mnist@1000 or mnist@10% is a part of one')
    .option('--seeds <count>', 'training seeds: 0, 1, ...')
    .option('--features <names>', 'feature spaces of images: classifier, random, pixels, onnx:<file>')
    .option('--out <folder>', 'folder of the report (default: reports/<suite>)')
    .option('--jobs <count>', 'trials at once (default: one per core)')
    .option('--engine <kind>', `what computes: ${engineKinds.join(', ')} (default: auto)`)
    .option('--device <device>', `where it computes: ${deviceKinds.join(', ')} (default: auto; see \`devices\`)`)
    .option('--data-dir <folder>', 'where datasets are looked for first: one, or a sub-folder for each; see `data`')
    .option('--resume', 'go on with what an earlier run left')
    .configureHelp({ showGlobalOptions: false })
    .enablePositionalOptions() // `peers` and `twins` have an --out, `data` has a --data-dir of its own
    .exitOverride()
    .action(async (suite: string, raw: RawOptions) => {
      code = await bench(suite, raw);
    });
  program
    .command('list')
    .description('list suites, models, datasets and metrics')
    .action(() => {
      process.stdout.write(listing({ suites, families, datasets }));
    });
  addPeersCommand(program, async (raw) => {
    code = await untilStopped('Stopped; an earlier report is left as it was.', (signal) =>
      comparePeers(raw, root, { output: process.stdout, signal }),
    );
  });
  addTwinsCommand(program, async (names, raw) => {
    code = await untilStopped('Stopped; an earlier report is left as it was.', (signal) =>
      compareTwins(names, raw, root, { output: process.stdout, signal }),
    );
  });
  addDataCommand(program, async (names, raw) => {
    code = await untilStopped('Stopped; what was downloaded is kept, and gone on from by the same command.', (signal) =>
      showData(names, raw, { output: process.stdout, signal }),
    );
  });
  addFailuresCommand(program, async (raw) => {
    code = await untilStopped('Stopped; an earlier report is left as it was.', () =>
      showFailures(raw, root, process.stdout),
    );
  });
  program
    .command('devices')
    .description('try every engine on every device here; say what is missing and how to get it')
    .action(async () => {
      process.stdout.write(await describeDevices(deviceWorker));
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong, or has shown the help.
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  return code;
}

/** Whoever read the progress has gone (`pnpm bench | head`): the run and its report are still worth finishing. */
function keepOnWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function bench(suite: string, raw: RawOptions): Promise<number> {
  const stopped = `Stopped; finished trials are kept. Go on with: ${resumeCommand(suite, raw)}`;
  return untilStopped(stopped, async (signal) => {
    const settings = understand(suite, raw, { suites, families, datasets: datasetNames, root });
    await runBench(settings, root, { output: process.stdout, signal });
  });
}

/** Works until done, failed or asked to stop, and says which. @returns the exit code */
async function untilStopped(stopped: string, work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => stop.abort(new Stopped(signal));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    await work(stop.signal);
    return codes.ok;
  } catch (error) {
    if (error instanceof Stopped) {
      console.error(stopped);
      return codes.stopped;
    }
    if (error instanceof ProblemsError)
      console.error(`${error.message}\nSee \`pnpm bench list\`, \`pnpm bench data\` and \`pnpm bench --help\`.`);
    else console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return codes.wrong;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function resumeCommand(suite: string, raw: RawOptions): string {
  const { resume: _, ...options } = raw;
  const words = Object.entries(options).map(([name, value]) => ` --${flagOf(name)} ${value}`);
  return `pnpm bench ${suite}${words.join('')} --resume`;
}

/** `data-dir` of `dataDir`, as commander calls it. */
const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
