import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeTokens } from '../text/alphabet.ts';
import { grammarAccepts, grammarLogProbability } from '../text/grammar.ts';
import { splitNames } from '../types.ts';
import { defaultPlaces } from '../places.ts';
import { text } from './text.ts';

const grammarText = (seed: number) => text.open({ seed, places: defaultPlaces(), argument: null });

describe('text', () => {
  it('has windows of 64 characters that follow each other: lines of the grammar, of its entropy rate', async () => {
    const dataset = await grammarText(0);
    expect(dataset.spec).toEqual({ kind: 'sequence', shape: [64], range: [0, 25], vocabulary: 26, classes: 0 });
    for (const [i, name] of splitNames.entries()) {
      const split = dataset.splits[name];
      expect(split).toMatchObject({ count: [8000, 1000, 1000][i], labels: null });
      const whole = decodeTokens(dataset.alphabet!, split.floats());
      expect(whole.length).toBe(64 * split.count);
      const lines = whole.split('\n').slice(0, -1); // the last one is cut off
      expect(lines.every(grammarAccepts)).toBe(true);
      const nats = lines.reduce((sum, line) => sum - grammarLogProbability(line), 0);
      const characters = lines.reduce((sum, line) => sum + line.length + 1, 0);
      expect(Math.abs(nats / characters / dataset.entropyRate! - 1)).toBeLessThan(0.03); // 1 800 lines or more, 5 standard errors
    }
  });

  it('knows the probability of its windows: 0.515 nats per character, where one that knew the text before would need 0.437', async () => {
    const { splits, logProbability, entropyRate, accepts } = await grammarText(0);
    for (const split of [splits.validation, splits.test]) {
      const nats = logProbability!(split.floats());
      expect(nats.length).toBe(split.count);
      const mean = -nats.reduce((sum, each) => sum + each, 0) / (64 * split.count);
      expect(Math.abs(mean - 0.515)).toBeLessThan(0.01);
      // To find out where in a line a window begins takes some nats, once in a window.
      expect(64 * (mean - entropyRate!)).toBeGreaterThan(4);
    }
    expect(accepts!('the cat sleeps')).toBe(true);
    expect(accepts!('the cat sleep')).toBe(false);
  });

  it('refuses what are no windows, and gives impossible ones no probability', async () => {
    const { logProbability, alphabet, splits } = await grammarText(0);
    const windows = splits.test.floats(0, 2);
    const target = new Float64Array(2);
    expect(logProbability!(windows, target)).toBe(target);
    expect([...target]).toEqual([0, 1].map((i) => logProbability!(windows.slice(64 * i, 64 * i + 64))[0]));
    const impossible = windows.slice();
    impossible.fill(alphabet!.indexOf('\n'), 64, 66); // two line breaks
    expect([...logProbability!(impossible)]).toEqual([target[0], -Infinity]);
    expect(() => logProbability!(windows.subarray(1))).toThrow('127 tokens are no whole number of windows of 64');
    expect(() => logProbability!(windows, new Float64Array(3))).toThrow('the target holds 3 numbers, expected 2');
    expect(() => logProbability!(windows.map(() => 0.5))).toThrow('token 0.5 at place 0 is no integer');
  });

  it('draws the splits independently, from the seed', async () => {
    const [here, again, other] = [await grammarText(0), await grammarText(0), await grammarText(1)];
    expect(again.hash).toBe(here.hash);
    expect(other.hash).not.toBe(here.hash);
    expect(here.splits.test.floats()).not.toEqual(here.splits.validation.floats());
  });
});

describe('text of a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kindred-text-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = () => text.open({ seed: 0, argument: 'book', places: places() });
  const places = () => defaultPlaces({ dataFolder: folder, cacheFolder: folder, systemFolders: [] });

  it('is cut into three stretches, 80 to 10 to 10, in the order of the text', async () => {
    const contents = Array.from({ length: 25 * 64 + 63 }, (_, i) => String.fromCodePoint(97 + ((i * i) % 26))).join('');
    await writeFile(join(folder, 'book.txt'), contents);
    const dataset = await open();
    expect(dataset).toMatchObject({
      name: 'text:book',
      entropyRate: null,
      logProbability: null,
      accepts: null,
      origin: 'book.txt in the data folder',
    });
    const parts = splitNames.map((name) => dataset.splits[name]);
    expect(parts.map(({ count }) => count)).toEqual([21, 2, 2]);
    expect(parts.map((split) => decodeTokens(dataset.alphabet!, split.floats())).join('')).toBe(
      contents.slice(0, 25 * 64),
    );
    const gathered = dataset.splits.train.gather(Int32Array.of(7, 0), new Float32Array(128));
    expect(decodeTokens(dataset.alphabet!, gathered)).toBe(contents.slice(7 * 64, 8 * 64) + contents.slice(0, 64));
  });

  it('has another hash for the same tokens of another alphabet', async () => {
    await writeFile(join(folder, 'book.txt'), 'ab'.repeat(400));
    const first = await open();
    await writeFile(join(folder, 'book.txt'), 'ac'.repeat(400));
    const second = await open();
    expect(second.splits.train.floats()).toEqual(first.splits.train.floats());
    expect(second.hash).not.toBe(first.hash);
  });

  it('is located without being read', async () => {
    const locate = () => text.locate({ argument: 'book', places: places() });
    expect(await locate()).toMatchObject({ state: 'missing', remedy: `put a UTF-8 text at ${join(folder, 'book')}.` });
    await writeFile(join(folder, 'book.txt'), 'abc');
    expect(await locate()).toMatchObject({ state: 'found', where: 'book.txt in the data folder', bytes: 3 });
    expect(await text.locate({ argument: null, places: places() })).toMatchObject({ state: 'made' });
  });

  it('refuses a text of fewer than ten windows', async () => {
    await writeFile(join(folder, 'book.txt'), 'a'.repeat(639));
    await expect(open()).rejects.toThrow('has 639 characters, expected at least 640; choose a longer text');
  });
});
