import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteRun } from '@kindred/harness';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { summarise } from './summary.ts';
import { letters, suiteRun, textRun, trialRecord } from './testing/fixture-run.ts';
import { readTexts } from './texts.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'texts-'));
  await mkdir(join(folder, 'samples'));
});
afterEach(() => rm(folder, { recursive: true }));

const textsOf = (run: SuiteRun) => readTexts(run, summarise(run), folder);

it('shows about 400 characters of each model: the first 100 windows of four', async () => {
  const trial = trialRecord({ family: 'gpt', dataset: 'letters' });
  const samples = { ...trial.samples!, count: 150 };
  const tokens = Float32Array.from({ length: 600 }, (_, i) => (i < 396 ? 3 : 4)); // 99 windows of `aaaa`, then `bbbb`
  await writeFile(join(folder, samples.file), Buffer.from(tokens.buffer));
  await writeFile(join(folder, letters.samples.file), Buffer.from(new Float32Array(12).fill(2).buffer));
  const [real, model, ...others] = await textsOf({ ...textRun(), trials: [{ ...trial, samples }] });
  expect(real).toMatchObject({ label: 'real data', windows: ['````', '````', '````'] });
  expect(model!.windows).toHaveLength(100);
  expect(model!.windows.slice(98)).toEqual(['aaaa', 'bbbb']);
  expect(others).toEqual([]);
});

it('reads nothing of images, points, and sequences that are no text', async () => {
  expect(await textsOf(suiteRun())).toEqual([]);
  expect(await textsOf({ ...textRun(), datasets: [{ ...letters, alphabet: null }] })).toEqual([]);
});
