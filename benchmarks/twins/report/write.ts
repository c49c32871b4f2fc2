import { writeFiles } from '@kindred/report';
import type { TwinRun } from '../run-twins.ts';
import { twinsCsv } from './csv.ts';
import { twinsReadme } from './readme.ts';

/** Writes README.md and twins.csv into a folder; other files in it stay. */
export async function writeTwins(run: TwinRun, folder: string): Promise<void> {
  await writeFiles(folder, [
    { path: 'twins.csv', content: twinsCsv(run.results) },
    { path: 'README.md', content: twinsReadme(run) },
  ]);
}
