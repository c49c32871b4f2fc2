import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineDescription } from '@kindred/engine';
import { planTrials, ProblemsError, trainedLikelihood, type Families, type TrialPlan } from '@kindred/harness';
import { candidates, findPython, howToInstall } from '../peers/python.ts';
import { openDatasets } from '../src/open-datasets.ts';
import { compare, type TwinResult } from './compare.ts';
import { exportWorks, workOf } from './export-works.ts';
import { natsOf, readReport, type OurNats } from './our-side.ts';
import { resultLine } from './report/lines.ts';
import type { TwinSettings } from './settings.ts';
import { trainTwins } from './train-twins.ts';
import { parseTwinLines, type TwinLine } from './twin-lines.ts';
import { twinOf } from './which.ts';

export interface TwinIo {
  readonly families: Families;
  /** Hash of the sources. */
  readonly codeVersion: string;
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
  /** The script that trains twins. */
  readonly script: string;
}

/** What a run of `pnpm bench twins` found. */
export interface TwinRun {
  /** Asks for the same again. */
  readonly command: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly results: readonly TwinResult[];
  readonly engine: Pick<EngineDescription, 'kind'>;
  /** By name: node, libraries and our own commit. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Compares the trials that have twins with them. Null where works were exported, and nothing else was asked for. */
export async function runTwins(settings: TwinSettings, io: TwinIo): Promise<Omit<TwinRun, 'versions'> | null> {
  const start = Date.now();
  const plans = await plansOf(settings, io);
  const context = { families: io.families, places: settings.places, line: io.write, signal: io.signal };
  if (settings.exportTo !== null) {
    await exportWorks(plans, settings.exportTo, context);
    return null;
  }
  const lines = await linesOf(plans, settings, io);
  const reported = new Map<string, OurNats>();
  for (const { name } of settings.suites) {
    const own = plans.filter(({ suite }) => suite === name);
    for (const [trial, nats] of await readReport(join(settings.reports, name), own, `report ${name}`))
      reported.set(`${name}.${trial}`, nats);
  }
  const results: TwinResult[] = [];
  for (const plan of plans) {
    io.signal.throwIfAborted();
    const line = lines.find(({ work }) => work === workOf(plan)) ?? null;
    // Without a twin there is nothing to compare with.
    const ours = line?.test ? (reported.get(workOf(plan)) ?? (await trainOurs(plan, settings, io))) : null;
    const result = compare(plan, ours, line);
    results.push(result);
    io.write(resultLine(result));
  }
  return {
    command: settings.command,
    startedAt: new Date(start).toISOString(),
    seconds: (Date.now() - start) / 1000,
    results,
    engine: { kind: 'onnx' },
  };
}

/** The trials of all suites that have a twin. */
async function plansOf({ suites, places, engine }: TwinSettings, io: TwinIo): Promise<TrialPlan[]> {
  const plans: TrialPlan[] = [];
  for (const suite of suites) {
    const datasets = await openDatasets(suite, { places, signal: io.signal, line: io.write });
    const { families, codeVersion } = io;
    const specs = new Map(datasets.map(({ name, spec }) => [name, spec]));
    for (const plan of planTrials(suite, { families, datasets, engine, codeVersion })) {
      const spec = specs.get(plan.dataset);
      if (spec && twinOf(plan, spec) !== null) plans.push(plan);
    }
  }
  if (plans.length > 0) return plans;
  throw new ProblemsError('twins', [
    'none of the chosen trials has a twin: there are some of convolutional VAEs and autoregressive models of images, and of gpt on text, with budgets in examples',
  ]);
}

/** What train.py says of the works: read from a file, or heard while it trains here. */
async function linesOf(plans: readonly TrialPlan[], settings: TwinSettings, io: TwinIo): Promise<TwinLine[]> {
  if (settings.trained !== null) return parseTwinLines(await readFile(settings.trained, 'utf8'));
  const { python, tried } = await findPython(candidates(settings.python, process.env));
  for (const { python: passed, reason } of tried) if (reason !== null) io.write(`${passed} passed over: ${reason}`);
  if (python === null) throw new ProblemsError('twins', [howToInstall]);
  const works = await mkdtemp(join(tmpdir(), 'kindred-twins-'));
  try {
    const { families, signal, script } = io;
    await exportWorks(plans, works, { families, places: settings.places, line: io.write, signal });
    const { torchDevice: device, threads } = settings;
    const onLine = ({ work, test }: TwinLine): void => io.write(`${work}: ${test ? 'twin trained' : 'twin failed'}`);
    return await trainTwins({ python, script, works, device, threads, signal, onLine });
  } finally {
    await rm(works, { recursive: true, force: true });
  }
}

async function trainOurs(plan: TrialPlan, { places }: TwinSettings, io: TwinIo): Promise<OurNats | null> {
  io.write(`${workOf(plan)}: no report has it, so it is trained`);
  const { families, signal } = io;
  const tell = (): void => signal.throwIfAborted();
  const { rows } = await trainedLikelihood(plan, { families, places: { ...places, download: false }, tell });
  return natsOf(rows, plan, 'trained');
}
