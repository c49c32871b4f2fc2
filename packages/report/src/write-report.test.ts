import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteRun } from '@kindred/harness';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSharp } from './sheets/open-sharp.ts';
import {
  encoderTrial,
  failedTrial,
  gameTrial,
  heldOutRun,
  suiteRun,
  textRun,
  trialRecord,
  writeSamples,
} from './testing/fixture-run.ts';
import { writeReport } from './write-report.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function reportOf(run: SuiteRun, name = 'out') {
  const [recordsFolder, outFolder] = [join(folder, 'records'), join(folder, name)];
  await writeSamples(run, recordsFolder);
  const { files } = await writeReport(run, { recordsFolder, outFolder });
  const contents = await Promise.all(files.map(async (file) => [file, await readFile(join(outFolder, file))] as const));
  return { files, outFolder, contents: new Map(contents) };
}

const textOf = (report: Awaited<ReturnType<typeof reportOf>>, file: string): string =>
  report.contents.get(file)!.toString('utf8');

describe('writeReport', () => {
  it('writes tables, a sheet per model, an overview, plots, and the text last', async () => {
    const { files, outFolder } = await reportOf(suiteRun());
    expect(files).toStrictEqual([
      'results.csv',
      'summary.csv',
      'curves.csv',
      'throughput.csv',
      'samples/digits.overview.png',
      'samples/digits.real.png',
      'samples/digits.gan.plain.png',
      'samples/digits.vae.plain.png',
      'samples/digits.baselines.independent.png',
      'plots/digits-quality.svg',
      'plots/digits-training.svg',
      'plots/digits-cost.svg',
      'plots/ring-samples.svg',
      'plots/ring-quality.svg',
      'plots/ring-training.svg',
      'plots/ring-cost.svg',
      'README.md',
    ]);
    const found = await readdir(outFolder, { recursive: true, withFileTypes: true });
    expect(found.filter((entry) => entry.isFile())).toHaveLength(files.length);
  });

  it('shows the game, checkpoints, and samples by their class', async () => {
    const report = await reportOf(suiteRun({ trials: [gameTrial(), gameTrial({ dataset: 'ring' })] }));
    expect(report.files).toEqual(
      expect.arrayContaining([
        'samples/digits.gan.plain.png',
        ...['digits', 'ring'].flatMap((name) => [`plots/${name}-game.svg`, `plots/${name}-validation.svg`]),
      ]),
    );
    expect(textOf(report, 'README.md')).toContain('gan, one class per row');
    expect(textOf(report, 'curves.csv').split('\n')).toHaveLength(1 + 2 * 4 + 1);
  });

  it('shows what encoders do, a picture per use of the first trial, and says what stands in each row', async () => {
    const report = await reportOf(suiteRun({ trials: [encoderTrial(), encoderTrial({ seed: 1 })] }));
    const uses = ['reconstruction', 'traversal', 'denoising-0.25'].map((use) => `samples/digits.vae.plain.${use}.png`);
    expect(report.files.filter((file) => file.startsWith('samples/digits.vae.plain.') && uses.includes(file))).toEqual(
      uses,
    );
    const sharp = await openSharp();
    const { width, height } = await sharp(report.contents.get(uses[0]!)!).metadata();
    // Three columns and two rows of 4 x 4 pixels, doubled, with gaps of two.
    expect([width, height]).toEqual([3 * 8 + 2 * 2, 2 * 8 + 2]);
    const markdown = textOf(report, 'README.md');
    expect(markdown).toContain('vae, reconstruction: original, reconstruction:');
    expect(markdown).toContain('vae, denoising 0.25: noisy, clean:');
    expect(markdown).toContain('vae, traversal: code 4, code 0; from left to right that code from -3 to 3:');
    expect(markdown).toContain('Denoising gain, 0.25');
    for (const file of uses) expect(markdown).toContain(`src="${file}"`);
  });

  it('shows the anomalies of each class that was held out, and says which it was', async () => {
    const report = await reportOf(heldOutRun());
    const markdown = textOf(report, 'README.md');
    for (const label of [0, 1, 2]) {
      const file = `samples/digits.vae.plain.anomalies-by-likelihood-ratio.without-${label}.png`;
      expect(report.files).toContain(file);
      expect(markdown).toContain(`src="${file}"`);
      expect(markdown).toContain(
        `vae trained without class ${label}, anomalies by likelihood ratio: most anomalous, least anomalous:`,
      );
    }
    expect(markdown).toContain('vae, trained without class 0');
    expect(textOf(report, 'plots/digits-quality.svg')).toContain('mean over held-out classes');
  });

  it('shows samples of text as text, real ones first, in fences that no sample can close', async () => {
    const run = textRun();
    const folders = { recordsFolder: join(folder, 'records'), outFolder: join(folder, 'out') };
    const write = (file: string, ...windows: string[]) => {
      const tokens = Float32Array.from(windows.join(''), (character) => '\n `ab'.indexOf(character));
      return writeFile(join(folders.recordsFolder, file), Buffer.from(tokens.buffer));
    };
    await mkdir(join(folders.recordsFolder, 'samples'), { recursive: true });
    const more = Array<string>(4).fill('abab');
    await write(run.datasets[0]!.samples.file, 'ab a', ' ab\n', 'b  b');
    await write(run.trials[0]!.samples!.file, '````', '\n\nab', ...more);
    const { files } = await writeReport(run, folders);
    const markdown = await readFile(join(folders.outFolder, 'README.md'), 'utf8');
    expect(markdown).toContain(
      [
        '**real data**, test split',
        '```text\nab a\n·ab↵\nb  b\n```',
        '**gpt**, Bits per character 2.50',
        '`````text\n````\n↵↵ab\nabab\nabab\nabab\nabab\n`````',
      ].join('\n\n'),
    );
    expect(files.filter((file) => file.startsWith('samples/'))).toEqual([]);
    await write(run.trials[0]!.samples!.file, '````', 'x   ', ...more);
    await expect(writeReport(run, folders)).rejects.toThrow('token -1 at place 0');
  });

  it('links to files that exist, to every picture, and to nothing else', async () => {
    const report = await reportOf(suiteRun());
    const markdown = textOf(report, 'README.md');
    const linked = [...markdown.matchAll(/src="([^"]+)"|\]\(([^)]+)\)/g)].map(([, image, link]) => image ?? link);
    expect(new Set([...linked, 'README.md'])).toStrictEqual(new Set(report.files));
  });

  it('gives the same bytes twice', async () => {
    const [one, other] = [await reportOf(suiteRun(), 'one'), await reportOf(suiteRun(), 'other')];
    expect(one.contents).toStrictEqual(other.contents);
  });

  it('prints no folder of this machine and nothing that is no number', async () => {
    const { contents } = await reportOf(suiteRun());
    for (const [file, content] of contents) {
      const text = content.toString('latin1');
      expect(text.includes(folder) || text.includes(process.cwd()) || text.includes('kindred-fonts')).toBe(false);
      if (!file.endsWith('.png')) expect(text).not.toMatch(/\b(?:NaN|undefined|Infinity)\b/);
    }
  });

  it('draws pictures that sharp can read', async () => {
    const { contents } = await reportOf(suiteRun());
    const sharp = await openSharp();
    for (const [file, content] of contents) {
      if (!/\.(?:png|svg)$/.test(file)) continue;
      const { width, height, format } = await sharp(content).metadata();
      expect([format, width > 50, height > 50]).toStrictEqual([file.slice(-3), true, true]);
    }
  });

  it('reports a run in which nothing worked', async () => {
    const skipped = trialRecord({ family: 'vae', status: 'not-applicable', metrics: [], samples: null, curve: [] });
    const trials = [failedTrial({ curve: [] }), failedTrial({ seed: 1, curve: [] }), skipped];
    const report = await reportOf(suiteRun({ trials, calibration: [], throughput: [] }));
    expect(report.files.filter((file) => file.endsWith('.svg'))).toStrictEqual(['plots/ring-samples.svg']);
    expect(textOf(report, 'README.md')).toContain('gan: 2 of 2 trials failed');
    expect(textOf(report, 'results.csv').trim().split('\n')).toHaveLength(4);
  });

  it('takes the samples of the first seed that left some', async () => {
    const run = suiteRun({ trials: [failedTrial(), trialRecord({ seed: 1 }), trialRecord({ seed: 2 })] });
    const folders = { recordsFolder: join(folder, 'records'), outFolder: join(folder, 'out') };
    await writeSamples(run, folders.recordsFolder);
    const white = Buffer.from(new Float32Array(96).fill(1).buffer);
    await writeFile(join(folders.recordsFolder, 'samples/digits.gan.plain.seed-1.f32'), white);
    await writeReport(run, folders);
    const sharp = await openSharp();
    const sheet = await sharp(join(folders.outFolder, 'samples/digits.gan.plain.png')).raw().toBuffer();
    expect(sheet[0]).toBe(255);
  });

  it('removes pictures of an earlier report, and leaves other files alone', async () => {
    await mkdir(join(folder, 'out', 'samples'), { recursive: true });
    await writeFile(join(folder, 'out', 'samples', 'old.png'), '');
    await writeFile(join(folder, 'out', 'notes.txt'), 'mine');
    const { outFolder } = await reportOf(suiteRun());
    expect(await readdir(join(outFolder, 'samples'))).not.toContain('old.png');
    expect(await readFile(join(outFolder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('writes nothing where a sample file is missing or too short, and says which', async () => {
    const run = suiteRun();
    const folders = { recordsFolder: join(folder, 'records'), outFolder: join(folder, 'out') };
    await writeSamples(run, folders.recordsFolder);
    const file = 'samples/digits.gan.plain.seed-0.f32';
    await writeFile(join(folders.recordsFolder, file), Buffer.alloc(4));
    await expect(writeReport(run, folders)).rejects.toThrow(`${file}: expected 384 bytes`);
    await rm(join(folders.recordsFolder, file));
    await expect(writeReport(run, folders)).rejects.toThrow(`${file}: expected a file of 96 float32 values`);
    await expect(readdir(folders.outFolder)).rejects.toThrow('ENOENT');
  });

  it('refuses samples that have not the shape of their dataset', async () => {
    const samples = { file: 'samples/odd.f32', count: 1, shape: [2, 2, 1] };
    await expect(reportOf(suiteRun({ trials: [trialRecord({ samples })] }))).rejects.toThrow(
      'expected examples of digits, shape [4, 4, 1], got [2, 2, 1]',
    );
  });
});
