import {
  DataError,
  datasets as known,
  locateDataset,
  openDataset,
  parseDatasetName,
  type Located,
  type Places,
} from '@kindred/data';
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
 * a run. What is missing and can be downloaded is; where embedded examples are taken for want of files, a line says so and why. What
 * planning needs of them is kept, the examples are not.
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
      const located = await locateDataset(name, places);
      if (places.download && isToBeGot(name, located)) line(`${name} is not here: downloading it`);
      const lines = new DownloadLines(line);
      const dataset = await openDataset(name, { seed: dataSeed, places, signal, onProgress: lines.onProgress });
      if (located.state === 'embedded') line(embeddedLine(name, located));
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

function isToBeGot(name: string, { state }: Located): boolean {
  const { base } = parseDatasetName(name);
  const definition = known.find((candidate) => candidate.name === base);
  return state === 'missing' && definition?.download !== undefined;
}

/** Says that the full set was not taken: scores on the embedded examples do not compare with scores on it. */
function embeddedLine(name: string, { where, passedOver }: Located): string {
  const why = passedOver.length === 0 ? 'no files of the full set were found' : passedOver.join(', ');
  return `${name}: the embedded examples are taken (${where}), for ${why}; \`pnpm bench data\` says how to get the full set`;
}
