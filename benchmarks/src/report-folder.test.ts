import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReportFolder, type ReportFolder } from './report-folder.ts';

let root: string;
let out: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'report-'));
  out = join(root, 'quick');
});
afterEach(() => rm(root, { recursive: true }));

/** Does what a run does: a record, then a report that names the run. */
async function write({ work, records }: ReportFolder, run: string): Promise<void> {
  await mkdir(records, { recursive: true });
  await writeFile(join(records, `${run}.json`), run);
  await writeFile(join(work, 'README.md'), run);
  await writeFile(join(work, 'results.csv'), run);
}

async function finishedReport(run: string): Promise<void> {
  const folder = await openReportFolder(out, false);
  await write(folder, run);
  await folder.finish();
}

const report = (): Promise<string> => readFile(join(out, 'README.md'), 'utf8');

describe('openReportFolder', () => {
  test('an earlier report stays until the new one is whole, then nothing of it is left', async () => {
    await finishedReport('one');
    const folder = await openReportFolder(out, false);
    await write(folder, 'two');
    expect(await report()).toBe('one');
    await folder.finish();
    expect(await report()).toBe('two');
    expect(await readdir(join(out, 'records'))).toEqual(['two.json']);
    expect(await readdir(root)).toEqual(['quick']);
  });

  test('resuming goes on with an unfinished run, and starting afresh does not', async () => {
    await write(await openReportFolder(out, false), 'half');
    const resumed = await openReportFolder(out, true);
    expect(await readdir(resumed.records)).toEqual(['half.json']);
    const fresh = await openReportFolder(out, false);
    await expect(readdir(fresh.records)).rejects.toThrow('ENOENT');
  });

  test('resuming without an unfinished run starts from the records of the finished one', async () => {
    await finishedReport('one');
    const { records } = await openReportFolder(out, true);
    expect(await readdir(records)).toEqual(['one.json']);
    expect(await report()).toBe('one');
  });

  test('a folder of something else is never replaced', async () => {
    await mkdir(out);
    await writeFile(join(out, 'thesis.txt'), 'years of work');
    await expect(openReportFolder(out, false)).rejects.toThrow('choose another folder with --out');
    expect(await readdir(out)).toEqual(['thesis.txt']);
  });

  test('a report that was being replaced when the process died is found again', async () => {
    await finishedReport('one');
    await rename(out, `${out}.old`);
    await openReportFolder(out, false);
    expect(await report()).toBe('one');
  });
});
