import { RandomStream } from '@kindred/random';
import { DataError } from '../data-error.ts';
import { defineDataset, drawnFromSeed, locatedAsMade } from '../define-dataset.ts';
import type { DatasetDefinition, Located, StoredSplit } from '../define-dataset.ts';
import type { Places } from '../places.ts';
import { findTextFile, readTextFile } from '../sources/text-file.ts';
import { sequenceSplit } from '../splits/sequence-split.ts';
import { alphabetSize, decodeTokens, encodeText } from '../text/alphabet.ts';
import {
  drawGrammarLine,
  grammarAccepts,
  grammarAlphabet,
  grammarEntropyRate,
  grammarWindowLogProbability,
} from '../text/grammar.ts';
import type { Dataset, LogProbability, SequenceSpec, SplitName } from '../types.ts';

const name = 'text';

const description =
  'Windows of 64 characters of simple English sentences, one a line, from a probabilistic grammar of known entropy, drawn from the seed.';

/** Characters in a window. */
const length = 64;

/** Windows of the grammar's text. */
const sizes: Readonly<Record<SplitName, number>> = { train: 8000, validation: 1000, test: 1000 };

/** Windows that a file must have at least: one for validation and for test, eight to train on. */
const leastWindows = 10;

/**
 * Characters, as windows of 64 tokens that follow each other in a text without overlap; they begin anywhere in a line. Token
 * k is the k-th character of the dataset's `alphabet`.
 *
 * `text` is drawn from a grammar, each split independently, and states its entropy rate: what a model that knows the grammar
 * and all of the text before needs per character. Who sees a window alone needs more at its start, 0.515 nats per character in
 * all: its `logProbability` says so. The windows are the text's from its beginning, where a line begins; after a few windows that
 * no longer tells where in a line the next one begins.
 * `text:<name>` is any UTF-8 file, see `readTextFile`: its first 80 % are the train split, then 10 % for validation and 10 %
 * for test, so that no split has text that stands inside another; its entropy rate is not known, and the seed changes
 * nothing.
 */
export const text: DatasetDefinition = {
  name,
  description,
  argument: 'the name of a text file, as in text:shakespeare',
  async open({ seed, places, argument }) {
    return argument === null ? openGrammar(seed) : openFile(argument, places);
  },
  async locate({ places, argument }) {
    return argument === null ? locatedAsMade(sizes) : locateFile(argument, places);
  },
};

async function locateFile(file: string, places: Places): Promise<Located> {
  const { found, tried } = await findTextFile(file, places);
  if (found)
    return { state: 'found', where: found.origin, bytes: found.bytes, counts: null, remedy: '', passedOver: [] };
  const remedy = `put a UTF-8 text at ${tried[0] ?? file}.`;
  return { state: 'missing', where: '', bytes: null, counts: null, remedy, passedOver: [] };
}

function openGrammar(seed: number): Dataset {
  const stream = new RandomStream(seed, 'data', name);
  const spec = specOf(grammarAlphabet);
  const draw = (split: SplitName) =>
    sequenceSplit({ name: split, spec, tokens: drawText(sizes[split] * length, stream.derive(split)) });
  const splits = { train: draw('train'), validation: draw('validation'), test: draw('test') };
  const known = {
    alphabet: grammarAlphabet,
    logProbability: grammarLogProbability,
    entropyRate: grammarEntropyRate,
    accepts: grammarAccepts,
  };
  return defineDataset({ name, description, origin: drawnFromSeed, spec, splits, ...known });
}

const grammarLogProbability: LogProbability = (sequences, target) => {
  const count = sequences.length / length;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `logProbability: ${sequences.length} tokens are no whole number of windows of ${length}; pass [count, ${length}].`,
    );
  }
  if (target && target.length !== count) {
    throw new RangeError(
      `logProbability: the target holds ${target.length} numbers, expected ${count}; pass one place per window.`,
    );
  }
  const found = target ?? new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const window = decodeTokens(grammarAlphabet, sequences.subarray(row * length, (row + 1) * length));
    found[row] = grammarWindowLogProbability(window);
  }
  return found;
};

/** The first `count` tokens of lines drawn one after the other. */
function drawText(count: number, stream: RandomStream): Uint8Array {
  const lines: string[] = [];
  for (let drawn = 0; drawn < count;) {
    const line = drawGrammarLine(stream);
    lines.push(line);
    drawn += line.length;
  }
  return encodeText(grammarAlphabet, lines.join('').slice(0, count));
}

async function openFile(file: string, places: Places): Promise<Dataset> {
  const { tokens, alphabet, origin } = await readTextFile(file, places);
  const windows = Math.floor(tokens.length / length);
  if (windows < leastWindows) {
    throw new DataError(
      `text: ${origin} has ${tokens.length} characters, expected at least ${leastWindows * length}; choose a longer text.`,
    );
  }
  const spec = specOf(alphabet);
  const held = Math.floor(windows / 10);
  const train = windows - 2 * held;
  const cut = (split: SplitName, from: number, to: number): StoredSplit =>
    sequenceSplit({ name: split, spec, tokens: tokens.slice(from * length, to * length) });
  const splits = {
    train: cut('train', 0, train),
    validation: cut('validation', train, train + held),
    test: cut('test', train + held, windows),
  };
  const about = `Windows of 64 characters of the text file ${file}, split into one stretch each.`;
  return defineDataset({ name: `${name}:${file}`, description: about, origin, spec, splits, alphabet });
}

function specOf(alphabet: string): SequenceSpec {
  const vocabulary = alphabetSize(alphabet);
  return { kind: 'sequence', shape: [length], range: [0, vocabulary - 1], vocabulary, classes: 0 };
}
