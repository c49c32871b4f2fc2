import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine } from '@kindred/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { barsTask, orientedBars } from '../testing/oriented-bars.ts';
import { extractorCode } from './code-hash.ts';
import { openClassifierExtractor, type ClassifierExtractorOptions } from './open-classifier-extractor.ts';

vi.mock(import('./code-hash.ts'), { spy: true });

const recipe = { channels: [2, 3], features: 5, epochs: 1, batchSize: 8, shift: 1, learningRate: 1e-2 } as const;
const examples = orientedBars(1, 24);

describe('openClassifierExtractor', () => {
  let engine: Engine;
  let cacheFolder: string;
  const training = vi.fn(() => examples);
  const open = (changes: Partial<ClassifierExtractorOptions> = {}) =>
    openClassifierExtractor({
      engine,
      ...barsTask,
      seed: 3,
      dataHash: 'abc',
      training,
      validation: () => examples,
      recipe,
      cacheFolder,
      ...changes,
    });
  const featuresOf = async ({ classifier }: Awaited<ReturnType<typeof open>>) => {
    const { data } = await classifier.extract(examples.images, 24);
    await classifier.dispose();
    return [...data];
  };

  beforeAll(async () => {
    engine = await openEngine({ kind: 'cpu' });
  });
  afterAll(() => engine.dispose());
  beforeEach(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'kindred-metrics-'));
    training.mockClear();
  });
  afterEach(() => rm(cacheFolder, { recursive: true }));

  it('trains once, and then reads the same classifier from its file', async () => {
    const first = await open({ cacheFolder: join(cacheFolder, 'not', 'there', 'yet') });
    const second = await open({ cacheFolder: join(cacheFolder, 'not', 'there', 'yet') });
    expect([first.origin, second.origin]).toEqual(['trained', 'cache']);
    expect([second.file, second.accuracy]).toEqual([first.file, first.accuracy]);
    expect(second.classifier.key).toBe(first.classifier.key);
    expect(training).toHaveBeenCalledTimes(1);
    expect(await featuresOf(second)).toEqual(await featuresOf(first));
    expect(await readdir(join(cacheFolder, 'not', 'there', 'yet'))).toHaveLength(1); // nothing half-written is left
  });

  it('keeps one file for each data hash, seed and recipe', async () => {
    const opened = [
      await open(),
      await open({ dataHash: 'abd' }),
      await open({ seed: 4 }),
      await open({ recipe: { ...recipe, learningRate: 2e-2 } }),
    ];
    expect(opened.map(({ origin }) => origin)).toEqual(['trained', 'trained', 'trained', 'trained']);
    expect(new Set(opened.map(({ file }) => file)).size).toBe(4);
    // The key of the features is one of the weights: the same examples under another hash make the same ones.
    const keys = opened.map(({ classifier }) => classifier.key);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
    for (const { classifier } of opened) await classifier.dispose();
  });

  it('trains anew when the code has changed', async () => {
    const first = await open();
    vi.mocked(extractorCode).mockResolvedValue('of another version');
    const second = await open();
    vi.mocked(extractorCode).mockReset();
    expect([first.origin, second.origin]).toEqual(['trained', 'trained']);
    expect(second.file).not.toBe(first.file);
    expect(second.classifier.key).not.toBe(first.classifier.key);
    expect((await open()).file).toBe(first.file);
    for (const { classifier } of [first, second]) await classifier.dispose();
  });

  it.each<[string, (content: Buffer) => Uint8Array]>([
    ['cut short', (content) => content.subarray(0, content.length - 4)],
    ['empty', () => Buffer.alloc(0)],
    ['no text at all', () => Buffer.alloc(200)],
    ['changed in one bit', (content) => content.map((byte, i) => (i === content.length - 2 ? byte ^ 1 : byte))],
    [
      'changed in its header',
      (content) => Buffer.from(content.toString('latin1').replace('"accuracy":', '"accurasy":'), 'latin1'),
    ],
  ])('trains anew and replaces a file that is %s', async (_, damage) => {
    const first = await open();
    const whole = await readFile(first.file);
    await writeFile(first.file, damage(whole));
    const second = await open();
    expect(second.origin).toBe('trained');
    expect(await featuresOf(second)).toEqual(await featuresOf(first));
    expect(await readFile(first.file)).toEqual(whole);
  });

  it('does not take a whole file that stands under another key', async () => {
    const [first, other] = [await open(), await open({ seed: 4 })];
    await writeFile(first.file, await readFile(other.file));
    const again = await open();
    expect(again.origin).toBe('trained');
    expect(await featuresOf(again)).toEqual(await featuresOf(first));
    await other.classifier.dispose();
  });

  it('says what to do where the cache cannot be written or read', async () => {
    const file = join(cacheFolder, 'file');
    await writeFile(file, '');
    await expect(open({ cacheFolder: file })).rejects.toThrow(/extractor cache: cannot (read|write).*cacheFolder/);
  });

  it('looks into XDG_CACHE_HOME unless a folder is named', async () => {
    vi.stubEnv('XDG_CACHE_HOME', cacheFolder);
    const { cacheFolder: _, ...options } = {
      engine,
      ...barsTask,
      seed: 3,
      dataHash: 'abc',
      training,
      recipe,
      cacheFolder,
    };
    const opened = await openClassifierExtractor({ ...options, validation: () => examples });
    vi.unstubAllEnvs();
    expect(opened.file.startsWith(join(cacheFolder, 'kindred', 'extractors'))).toBe(true);
    await opened.classifier.dispose();
  });
});
