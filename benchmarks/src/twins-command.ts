import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { datasetNames } from '@kindred/data';
import { writeTwins } from '../twins/report/write.ts';
import { runTwins } from '../twins/run-twins.ts';
import { understandTwins, type RawTwinOptions } from '../twins/settings.ts';
import { families } from './models.ts';
import type { Output } from './progress.ts';
import { suites } from './suites.ts';
import { sourceVersion, versionsOf } from './versions.ts';

/** Adds `pnpm bench twins`. */
export function addTwinsCommand(program: Command, action: (suite: string, raw: RawTwinOptions) => Promise<void>): void {
  program
    .command('twins')
    .description('train PyTorch twins of trials to the end, and compare likelihoods')
    .argument('[suites]', 'whose trials; with commas between', suites[0]?.name)
    .option('--models <names>', 'families or family/variant, with commas between')
    .option('--datasets <names>', 'datasets, with commas between')
    .option('--seeds <count>', 'training seeds: 0, 1, ...')
    .option('--python <path>', 'an interpreter with torch (default: KINDRED_PYTHON, python3, /usr/bin/python3)')
    .option('--torch-device <device>', 'where twins are trained: cpu (default) or cuda')
    .option('--threads <count>', 'of PyTorch (default: 1)')
    .option('--export <folder>', 'only write what twins are trained on, for train.py on another machine')
    .option('--trained <file>', 'what train.py printed elsewhere, in the place of training twins here')
    .option('--data-dir <folder>', 'where datasets are looked for first')
    .option('--out <folder>', 'folder of the report (default: reports/twins)')
    .action(action);
}

/** Runs the comparison and writes its report. @param root of the workspace */
export async function compareTwins(
  names: string,
  raw: RawTwinOptions,
  root: string,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<void> {
  const settings = understandTwins(names, raw, { suites, families, datasets: datasetNames, root });
  const source = await sourceVersion(root);
  const script = join(root, 'benchmarks', 'twins', 'torch', 'train.py');
  const write = (line: string): void => void output.write(`${line}\n`);
  const run = await runTwins(settings, { families, codeVersion: source, write, signal, script });
  if (run === null) {
    const folder = relative(process.cwd(), settings.exportTo ?? '');
    write(`Train with: python3 ${relative(process.cwd(), script)} --works ${folder} --device cuda --processes 8`);
    return;
  }
  await writeTwins({ ...run, versions: await versionsOf(root, source) }, settings.out);
  write(`Report: ${relative(process.cwd(), join(settings.out, 'README.md'))}`);
}
