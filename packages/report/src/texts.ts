import { decodeTokens, type SuiteRun } from '@kindred/harness';
import { modelsOf } from './models.ts';
import { stylesOf } from './plots/theme.ts';
import { samplesOf } from './shown-samples.ts';
import type { SummaryRow } from './summary.ts';

/** The first samples of a model, or test examples, as text. */
export interface SampleText {
  readonly dataset: string;
  /** The model, or 'real data'. */
  readonly label: string;
  /** What stands beside it, as in 'Bits per character 0.753'; may be empty. */
  readonly note: string;
  /** One sample each. */
  readonly windows: readonly string[];
}

/** Characters shown of each model, about; at least one sample is. */
const shownCharacters = 400;

/** Reads the first samples on datasets of text: real ones first, then those of every model. */
export async function readTexts(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  recordsFolder: string,
): Promise<SampleText[]> {
  const styleOf = stylesOf(modelsOf(run));
  const texts: SampleText[] = [];
  for (const card of run.datasets) {
    const { name: dataset, spec, alphabet } = card;
    if (spec.kind !== 'sequence' || alphabet === null) continue;
    const [length] = spec.shape;
    const most = Math.max(1, Math.floor(shownCharacters / length));
    for (const { label, note, samples } of await samplesOf(run, summary, { card, recordsFolder, styleOf })) {
      const count = Math.min(most, samples.length / length);
      const windows = Array.from({ length: count }, (_, row) =>
        decodeTokens(alphabet, samples.subarray(row * length, (row + 1) * length)),
      );
      texts.push({ dataset, label, note, windows });
    }
  }
  return texts;
}
