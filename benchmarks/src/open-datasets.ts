import { DataError, datasets as known, locateDataset, openDataset, parseDatasetName, type Places } from '@kindred/data';
import { ProblemsError, type PlannedDataset, type Suite } from '@kindred/harness';
import { DownloadLines } from './download-lines.ts';

export interface OpenDatasetsOptions {
  readonly places: Places;
  readonly signal: AbortSignal;
  /** Shows a line. */
  readonly line: (text: string) => void;
}

/**
 * Opens all datasets of a suite before anything else is done with it: what cannot be had should not be found out in the middle of
 * a run. What is missing and can be downloaded is. What planning needs of them is kept, the examples are not.
 *
 * @throws ProblemsError with each dataset that is missing or wrong, and what to do
 */
export async function openDatasets(
  { datasets, dataSeed }: Pick<Suite, 'datasets' | 'dataSeed'>,
  { places, signal, line }: OpenDatasetsOptions,
): Promise<PlannedDataset[]> {
  const problems: string[] = [];
  const opened: PlannedDataset[] = [];
  // One after the other: two at once would each hold what it reads and what it makes of it.
  for (const name of datasets) {
    try {
      if (places.download && (await isToBeGot(name, places))) line(`${name} is not here: downloading it`);
      const lines = new DownloadLines(line);
      const dataset = await openDataset(name, { seed: dataSeed, places, signal, onProgress: lines.onProgress });
      const { train, validation, test } = dataset.splits;
      const splits = {
        train: { count: train.count },
        validation: { count: validation.count },
        test: { count: test.count },
      };
      opened.push({ name: dataset.name, spec: dataset.spec, hash: dataset.hash, splits });
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new ProblemsError('the data', [...new Set(problems)]);
  return opened;
}

async function isToBeGot(name: string, places: Places): Promise<boolean> {
  const { base } = parseDatasetName(name);
  const downloadable = known.some((definition) => definition.name === base && definition.download !== undefined);
  return downloadable && (await locateDataset(name, places)).state === 'missing';
}
