import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { openDataset } from '@kindred/data';
import { openEngine } from '@kindred/engine';
import { defaultSpaces, openEvaluator } from '@kindred/harness';
import { blocks, escaped, overviewSheet, writeFiles } from '@kindred/report';
import type { Output } from '../progress.ts';
import { failuresCsv, failuresTable, withTable } from './failure-tables.ts';
import { failedSets } from './failures.ts';
import { measureFailures } from './measure-failures.ts';

/** The command line as typed. */
export interface RawFailureOptions {
  readonly dataset?: string;
  readonly out?: string;
  readonly docs?: boolean;
}

/** Splits the data, trains the classifier and draws noise. It is that of suite quick, so that one classifier serves both. */
const seed = 1;

/** Adds `pnpm bench failures`. */
export function addFailuresCommand(program: Command, action: (raw: RawFailureOptions) => Promise<void>): void {
  program
    .command('failures')
    .description('show what each metric says of five known failures of real images: blur, noise, a dropped mode, ...')
    .option('--dataset <name>', 'labelled images (default: mnist)')
    .option('--out <folder>', 'folder of the report (default: reports/failures)')
    .option('--docs', 'put the table into docs/metrics.md too')
    .action(action);
}

/** Measures the failures and writes the report. @param root of the workspace */
export async function showFailures(raw: RawFailureOptions, root: string, output: Output): Promise<void> {
  const name = raw.dataset ?? 'mnist';
  const out = resolve(raw.out ?? join(root, 'reports', 'failures'));
  const command = `pnpm bench failures${raw.dataset === undefined ? '' : ` --dataset ${name}`}`;
  const dataset = await openDataset(name, { seed });
  const { sets } = failedSets(dataset, seed); // before the time is spent
  const engine = await openEngine({ kind: 'auto', device: 'auto', threads: 1 });
  try {
    const evaluator = await openEvaluator(dataset, {
      engine,
      cacheFolder: join(root, '.cache', 'extractors'),
      dataSeed: seed,
      spaces: defaultSpaces(dataset.spec),
    });
    try {
      const rows = await measureFailures(dataset, evaluator, seed);
      const table = failuresTable(rows, command);
      const title = `# What each metric says of five failures on ${escaped(name)}`;
      const picture = '![Real images, and the five failures made of them](samples.png)';
      const strips = sets.map(({ failure, samples }) => ({
        label: failure === 'none' ? 'real' : failure,
        note: '',
        colour: '#24292f',
        images: samples,
      }));
      const [height, width, channels] = dataset.spec.shape as readonly [number, number, number];
      await writeFiles(out, [
        { path: 'failures.csv', content: failuresCsv(rows) },
        { path: 'samples.png', content: await overviewSheet(strips, [height, width, channels]) },
        { path: 'README.md', content: `${blocks(title, escaped(dataset.description), picture, table)}\n` },
      ]);
      if (raw.docs) await updateDocs(join(root, 'docs'), table);
    } finally {
      await evaluator.dispose();
    }
  } finally {
    await engine.dispose();
  }
  output.write(`Report: ${relative(process.cwd(), join(out, 'README.md'))}\n`);
}

async function updateDocs(folder: string, table: string): Promise<void> {
  const page = await readFile(join(folder, 'metrics.md'), 'utf8');
  await writeFiles(folder, [{ path: 'metrics.md', content: withTable(page, table) }]);
}
