import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  hashFeatureFiles,
  planPreparations,
  planTrials,
  runSuite,
  tryFeatureFiles,
  type SuiteRun,
} from '@kindred/harness';
import { writeReport } from '@kindred/report';
import { openDatasets } from './open-datasets.ts';
import { openFirst } from './devices/open-first.ts';
import { families } from './models.ts';
import { outcomeTables } from './outcome.ts';
import { Progress, type Output } from './progress.ts';
import { openReportFolder } from './report-folder.ts';
import type { Settings } from './settings.ts';
import { inWords } from './time-left.ts';
import { sourceVersion, versionsOf } from './versions.ts';

/** How engines are tried: a first use of a GPU may take a while, for its programs are compiled then. */
export const deviceWorker = {
  workerFile: fileURLToPath(new URL('devices/device-worker.js', import.meta.url)),
  timeout: 180,
} as const;

/** Runs a suite and writes its report. Throws the signal's reason when stopped; records that were made stay for `--resume`. */
export async function runBench(
  settings: Settings,
  root: string,
  io: { output: Output; signal: AbortSignal },
): Promise<void> {
  const { suite, out, jobs, resume, command, places } = settings;
  const progress = new Progress(io.output, jobs);
  try {
    progress.line(`${suite.name}: ${suite.description}`);
    const datasets = await openDatasets(suite, { places, signal: io.signal, line: (text) => progress.line(text) });
    const opened = await openFirst(settings.engine, { ...deviceWorker, signal: io.signal });
    progress.engineOpened(opened);
    const source = await sourceVersion(root);
    // What `auto` came to, so that the fingerprints say what computes.
    const engine = { kind: opened.kind, device: opened.device, threads: opened.threads };
    const context = {
      families,
      datasets,
      engine,
      codeVersion: source,
      featureFiles: await hashFeatureFiles(Object.values(suite.features).flat()),
    };
    const plans = planTrials(suite, context);
    const preparations = planPreparations(plans, context);
    await tryFeatureFiles(
      datasets.map((dataset) => ({
        dataset,
        spaces: preparations.find((each) => each.dataset === dataset.name)?.features ?? [],
      })),
    );
    const folder = await openReportFolder(out, resume);
    const run = await runSuite({
      suite,
      plans,
      preparations,
      recordsFolder: folder.records,
      cacheFolder: join(root, '.cache', 'extractors'),
      // What is missing has been got by now.
      places: { ...places, download: false },
      // worker.ts and all that it imports in one file: see bundle-worker.mjs.
      workerFile: fileURLToPath(new URL('../worker.mjs', import.meta.url)),
      jobs,
      resume,
      signal: io.signal,
      onEvent: progress.onEvent,
      command,
      versions: await versionsOf(root, source),
    });
    await writeReport({ ...run, engine: opened }, { recordsFolder: folder.records, outFolder: folder.work });
    await folder.finish();
    progress.line(ending(run, out));
  } finally {
    progress.stop();
  }
}

function ending(run: SuiteRun, out: string): string {
  const count = (status: string): number => run.trials.filter((trial) => trial.status === status).length;
  const counts = [`${count('ok')} ok`];
  if (count('failed') > 0) counts.push(`${count('failed')} failed`);
  if (count('not-applicable') > 0) counts.push(`${count('not-applicable')} not applicable`);
  const report = relative(process.cwd(), join(out, 'README.md'));
  return `\n${outcomeTables(run)}\n${counts.join(', ')}; ${inWords(run.wallSeconds)}. Report: ${report}`;
}
