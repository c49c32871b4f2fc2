import { cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The folder of a report while a run works on it. All is written to a `.partial` folder beside it, which takes the report's
 * place once the new report is whole: a run that fails or is stopped leaves an earlier report untouched.
 */
export interface ReportFolder {
  /** Of the finished report. */
  readonly out: string;
  /** Where the run works. */
  readonly work: string;
  readonly records: string;
  /** Puts the finished work in the report's place. */
  finish(): Promise<void>;
}

/**
 * Makes the working folder ready: empty, or with `resume` holding the records of the unfinished run, or else those of the
 * finished report.
 *
 * @throws Error when `out` holds something that is no report
 */
export async function openReportFolder(out: string, resume: boolean): Promise<ReportFolder> {
  const work = `${out}.partial`;
  const records = join(work, 'records');
  const old = `${out}.old`;
  await settle(out, old);
  const existing = await filesOf(out);
  if (existing && existing.length > 0 && !isReport(existing)) {
    throw new Error(
      `${out} holds files but no report (README.md, results.csv), and a report would replace it: choose another folder with --out.`,
    );
  }
  if (!resume) await rm(work, { recursive: true, force: true });
  else if (!(await filesOf(work)) && existing?.includes('records')) {
    await cp(join(out, 'records'), records, { recursive: true });
  }
  return {
    out,
    work,
    records,
    async finish() {
      await rm(old, { recursive: true, force: true });
      if (await filesOf(out)) await rename(out, old);
      await rename(work, out);
      await rm(old, { recursive: true, force: true });
    },
  };
}

/** A run killed between the two renames of `finish` left the report under the name `old` alone: it gets its name back. */
async function settle(out: string, old: string): Promise<void> {
  if ((await filesOf(old)) && !(await filesOf(out))) await rename(old, out);
}

const isReport = (files: readonly string[]): boolean => files.includes('README.md') && files.includes('results.csv');

/** Names in a folder; undefined where there is none. */
async function filesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
