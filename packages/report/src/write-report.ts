import type { SuiteRun } from '@kindred/harness';
import { removeStale, writeFiles, type ReportFile } from './atomic-files.ts';
import { curvesCsv } from './csv/curves-csv.ts';
import { resultsCsv } from './csv/results-csv.ts';
import { summaryCsv } from './csv/summary-csv.ts';
import { throughputCsv } from './csv/throughput-csv.ts';
import { drawPictures } from './pictures.ts';
import { readme } from './readme/readme.ts';
import { summarise } from './summary.ts';
import { readTexts } from './texts.ts';

export interface ReportFolders {
  /** Where the run's records are: sample files are read from here. */
  readonly recordsFolder: string;
  /** Where the report goes; made if missing. Files of an earlier report are replaced. */
  readonly outFolder: string;
}

/**
 * Writes the report of a run: `README.md`, `results.csv`, `summary.csv`, `curves.csv`, `throughput.csv`, sample sheets below `samples/` and
 * plots below `plots/`. Everything is made before anything is written, and `README.md` is written last.
 *
 * @returns the files, relative to `outFolder`, in the order of writing
 * @throws Error where a sample file is missing or does not have the length that the run says
 */
export async function writeReport(
  run: SuiteRun,
  { recordsFolder, outFolder }: ReportFolders,
): Promise<{ files: string[] }> {
  const rendered = await renderReport(run, recordsFolder);
  const files = await writeFiles(outFolder, rendered);
  await removeStale(outFolder, 'samples', '.png', files);
  await removeStale(outFolder, 'plots', '.svg', files);
  return { files };
}

async function renderReport(run: SuiteRun, recordsFolder: string): Promise<ReportFile[]> {
  const summary = summarise(run);
  const pictures = await drawPictures(run, summary, recordsFolder);
  const texts = await readTexts(run, summary, recordsFolder);
  return [
    { path: 'results.csv', content: resultsCsv(run) },
    { path: 'summary.csv', content: summaryCsv(summary) },
    { path: 'curves.csv', content: curvesCsv(run) },
    { path: 'throughput.csv', content: throughputCsv(run) },
    ...pictures.map(({ path, content }) => ({ path, content })),
    { path: 'README.md', content: readme(run, summary, { pictures, texts }) },
  ];
}
