import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelFamily } from '@kindred/model';
import { planTrials, type PlanContext } from './plan.ts';
import { planPreparations } from './prepare.ts';
import type { TrialRecord } from './record.ts';
import { runSuite, type SuiteEvent } from './run-suite.ts';
import { defineSuite } from './suite.ts';
import type { SuiteRun } from './suite-run.ts';

const workerFile = fileURLToPath(new URL('fixtures/worker.mjs', import.meta.url));

/** A family whose options tell the fixture worker what to do; it is never built. */
const puppet: ModelFamily<{ behaviour: unknown }> = {
  name: 'puppet',
  options: z.strictObject({ behaviour: z.unknown().default('ok') }) as z.ZodType<{ behaviour: unknown }>,
  variants: { good: {}, abort: { behaviour: 'abort' }, hang: { behaviour: 'hang' }, picky: {} },
  likelihood: 'none',
  supports: () => true,
  build: () => {
    throw new Error('a puppet is not built');
  },
};
const stranger: ModelFamily = {
  ...puppet,
  name: 'stranger',
  variants: { good: {} },
  supports: () => false,
} as ModelFamily;

const context: PlanContext = {
  families: { puppet: puppet as ModelFamily, stranger },
  datasets: [
    {
      name: 'toy',
      spec: { kind: 'points', shape: [2], range: null, classes: 0 },
      hash: 'toy',
      splits: { train: { count: 100 }, validation: { count: 50 }, test: { count: 50 } },
    },
  ],
  engine: {},
  codeVersion: 'one',
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suite-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Attempt {
  readonly models: { family: string; variant: string; options?: Record<string, unknown> }[];
  readonly resume?: boolean;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly codeVersion?: string;
  readonly onEvent?: (event: SuiteEvent) => void;
}

async function attempt({
  models,
  resume = false,
  timeout = 50,
  signal,
  codeVersion = 'one',
  onEvent,
}: Attempt): Promise<SuiteRun> {
  const suite = defineSuite({
    name: 'test',
    description: 'a test',
    datasets: ['toy'],
    models,
    seeds: 2,
    budget: { any: { unit: 'examples', amount: 10 } },
    batchSize: { any: 10 },
    timeout,
    throughput: null,
  });
  const planned = { ...context, codeVersion };
  const plans = planTrials(suite, planned);
  return runSuite({
    suite,
    plans,
    preparations: planPreparations(plans, planned),
    recordsFolder: folder,
    cacheFolder: folder,
    workerFile,
    jobs: 2,
    resume,
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
    command: 'test',
    versions: {},
  });
}

/** The process that made a record: the fixture worker writes its pid there. */
const makers = (run: SuiteRun): number[] => run.trials.map(({ peakMemory }) => peakMemory);
const metricsOf = (run: SuiteRun): unknown => run.trials.map(({ trial, metrics }) => ({ trial, metrics }));
const good = { family: 'puppet', variant: 'good' };

describe('runSuite', () => {
  test('records are in the order of the plan, on disk as in the run', async () => {
    const run = await attempt({ models: [good, { family: 'puppet', variant: 'picky' }] });
    expect(run.trials.map(({ trial }) => trial)).toEqual([
      'toy.puppet.good.seed-0',
      'toy.puppet.good.seed-1',
      'toy.puppet.picky.seed-0',
      'toy.puppet.picky.seed-1',
    ]);
    for (const record of run.trials) {
      expect(JSON.parse(await readFile(join(folder, `${record.trial}.json`), 'utf8'))).toEqual(record);
    }
    expect(run.datasets.map(({ name }) => name)).toEqual(['toy']);
  });

  test('crash and time-out are records with phase, reason and the curve so far; the others are not touched', async () => {
    const models = [{ family: 'puppet', variant: 'abort' }, { family: 'puppet', variant: 'hang' }, good];
    const run = await attempt({ models, timeout: 5 });
    const [crash, , timeout, , fine] = run.trials;
    const curve = [{ step: 7, examples: 70, losses: { loss: 0.5 } }];
    expect(crash).toMatchObject({ status: 'failed', failure: { phase: 'train', reason: 'crash', step: 7 }, curve });
    expect(crash?.failure?.message).toContain('SIGABRT');
    expect(timeout).toMatchObject({ status: 'failed', failure: { phase: 'train', reason: 'time-out' }, curve });
    expect(timeout?.spent).toMatchObject({ steps: 7, examples: 70 });
    expect(fine?.status).toBe('ok');
  });

  test('a family that does not support the data is recorded as not applicable, without a process', async () => {
    const started: string[] = [];
    const run = await attempt({
      models: [{ family: 'stranger', variant: 'good' }, good],
      onEvent: (event) => event.kind === 'trial-started' && started.push(event.plan.family),
    });
    expect(run.trials.map(({ status }) => status)).toEqual(['not-applicable', 'not-applicable', 'ok', 'ok']);
    expect(started).toEqual(['puppet', 'puppet']);
  });

  test('a stopped run that is resumed gives what an unbroken one gives, and makes nothing twice', async () => {
    const models = [good, { family: 'puppet', variant: 'picky' }];
    const stop = new AbortController();
    const done: TrialRecord[] = [];
    const stopped = attempt({
      models,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind !== 'trial-ended') return;
        done.push(event.record);
        if (done.length === 2) stop.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(done.length).toBeLessThan(4);
    const resumed = await attempt({ models, resume: true });
    const unbroken = await attempt({ models });
    expect(metricsOf(resumed)).toEqual(metricsOf(unbroken));
    expect([resumed.keptTrials, unbroken.keptTrials]).toEqual([done.length, 0]);
    for (const { trial, peakMemory } of done) {
      expect(resumed.trials.find((record) => record.trial === trial)?.peakMemory).toBe(peakMemory);
    }
  });

  test('resuming keeps nothing of other code, and nothing that is no whole record', async () => {
    const first = await attempt({ models: [good] });
    const kept = await attempt({ models: [good], resume: true });
    expect(makers(kept)).toEqual(makers(first));
    const other = await attempt({ models: [good], resume: true, codeVersion: 'two' });
    expect(makers(other).some((pid) => makers(first).includes(pid))).toBe(false);
    await writeFile(join(folder, 'toy.puppet.good.seed-0.json'), '{ "schema": 1, "finger');
    await writeFile(join(folder, 'toy.puppet.good.seed-0.json.99.tmp'), '{ "sch');
    const repaired = await attempt({ models: [good], resume: true, codeVersion: 'two' });
    expect(repaired.trials[0]?.status).toBe('ok');
    expect((await readdir(folder)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    expect(makers(repaired)[1]).toBe(makers(other)[1]);
    expect(makers(repaired)[0]).not.toBe(makers(other)[0]);
  });

  test('without resume everything is made anew', async () => {
    const first = await attempt({ models: [good] });
    const second = await attempt({ models: [good] });
    expect(makers(second).some((pid) => makers(first).includes(pid))).toBe(false);
  });

  test('a time-out is tried again on resume, since the machine may have been the cause', async () => {
    const models = [{ ...good, options: { behaviour: ['hang-once', join(folder, 'marker')] } }];
    const first = await attempt({ models, timeout: 5 });
    expect(first.trials.map(({ failure }) => failure?.reason)).toContain('time-out');
    const second = await attempt({ models, timeout: 50, resume: true });
    expect(second.trials.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });
});
