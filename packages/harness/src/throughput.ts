import type { Dataset, Places } from '@kindred/data';
import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, openSampler } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { Bench } from 'tinybench';
import { buildModel, drawLabels, familyOf, openPlannedDataset, openPlannedTrainer } from './contender.ts';
import { examplesPerStep, type Families, type TrialPlan } from './plan.ts';
import type { ThroughputRecord } from './suite-run.ts';
import { stepsAtOnce } from './train.ts';
import { breathe } from './worker.ts';

/** Numbers of samples per draw that sampling is timed at. */
const samplingBatches = [1, 64] as const;

/** A timing as measured; memory is known from the trials. */
type Timing = Omit<ThroughputRecord, 'parameters' | 'peakMemory'>;

interface Contender {
  readonly key: Pick<ThroughputRecord, 'dataset' | 'family' | 'variant' | 'work' | 'batch'>;
  /** Milliseconds of each timed run, per unit. */
  readonly latencies: number[];
  /** Steps or draws in one run. */
  readonly units: number;
  /** Why it dropped out. */
  failure?: string;
  run(): Promise<unknown>;
  dispose(): Promise<void>;
}

export interface ThroughputPlan {
  /** One trial of each model on each dataset; its seed gives the initial parameters, which do not matter for speed. */
  readonly plans: readonly TrialPlan[];
  /** Seconds for everything but opening and compiling; a contender's first two runs happen even beyond it. */
  readonly seconds: number;
}

export interface ThroughputResult {
  readonly timings: readonly Timing[];
  /** What could not be timed and why, one line each. */
  readonly failures: readonly string[];
}

/**
 * Times the training step and the sampling of all models in this one process. They take turns, round after round, so that
 * whatever else the machine does, or how warm it runs, hits all alike.
 *
 * @param places where datasets are looked for; the machine's own unless given
 */
export async function measureThroughput(
  { plans, seconds }: ThroughputPlan,
  families: Families,
  places?: Places,
): Promise<ThroughputResult> {
  const [first] = plans;
  if (!first) return { timings: [], failures: [] };
  const engine = await openEngine(first.engine);
  const datasets = new Map<string, Dataset>();
  const contenders: Contender[] = [];
  const models: (() => void)[] = [];
  const failures: string[] = [];
  try {
    for (const plan of plans) {
      const dataset = datasets.get(plan.dataset) ?? (await openPlannedDataset(plan, places));
      datasets.set(plan.dataset, dataset);
      try {
        const opened = await openContenders(engine, dataset, plan, families);
        contenders.push(...opened.contenders);
        models.push(opened.dispose);
      } catch (error) {
        failures.push(`${plan.family}/${plan.variant} on ${plan.dataset}: ${messageOf(error)}`);
      }
    }
    await timeInRounds(contenders, seconds * 1000);
    for (const { key, failure } of contenders) {
      if (failure) failures.push(`${key.work} of ${key.family}/${key.variant} on ${key.dataset}: ${failure}`);
    }
    const timed = contenders.filter(({ latencies, failure }) => !failure && latencies.length > 0);
    return { timings: timed.map(({ key, latencies }) => timing(key, latencies)), failures };
  } finally {
    for (const contender of contenders) await contender.dispose();
    for (const dispose of models) dispose();
    await engine.dispose();
  }
}

async function openContenders(engine: Engine, dataset: Dataset, plan: TrialPlan, families: Families) {
  const model = buildModel(familyOf(families, plan), dataset, plan, 1000);
  const { family, variant } = plan;
  const key = { dataset: plan.dataset, family, variant };
  const contenders: Contender[] = [];
  // A model that stops learning after some steps skips them: there is nothing to time.
  if (model.usefulSteps === undefined) {
    const trainer = await openPlannedTrainer(engine, model, dataset, plan);
    contenders.push({
      key: { ...key, work: 'train', batch: examplesPerStep(plan) },
      latencies: [],
      run: () => trainer.advance(stepsAtOnce), // as training runs them
      units: stepsAtOnce,
      dispose: () => trainer.dispose(),
    });
  }
  for (const batch of samplingBatches) {
    const sampler = await openSampler(engine, model, batch);
    const random = new RandomStream(plan.seed, 'throughput', batch);
    const labels = model.conditional && drawLabels(dataset, batch, random.derive('labels'));
    contenders.push({
      key: { ...key, work: 'sample', batch },
      latencies: [],
      run: () => sampler.draw(random, labels),
      units: 1,
      dispose: () => sampler.dispose(),
    });
  }
  return { contenders, dispose: () => disposeModel(model) };
}

/** Milliseconds that a contender takes per round, or one run where that is longer. */
const turn = 20;

/**
 * One warm-up run and one timed run for each, then rounds of short turns until the time is up. A contender whose single run is
 * slow sits out rounds once it has had its fair share, so that it cannot take the time of the others.
 */
async function timeInRounds(contenders: readonly Contender[], limit: number): Promise<void> {
  const start = performance.now();
  for (const contender of contenders) await guarded(contender, () => contender.run());
  for (let round = 0; ; round++) {
    const fairShare = round === 0 ? Number.POSITIVE_INFINITY : Math.max(turn, limit / contenders.length);
    const due = contenders.filter(({ latencies, units, failure }) => !failure && units * sum(latencies) < fairShare);
    if (due.length === 0) return;
    for (const contender of due) {
      if (round > 0 && performance.now() - start >= limit) return;
      await guarded(contender, () => takeTurn(contender, round === 0 ? 0 : turn));
      await breathe();
    }
  }
}

/** A contender that fails (its training may diverge after many steps) drops out; the others go on. */
async function guarded(contender: Contender, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    contender.failure = messageOf(error);
  }
}

async function takeTurn(contender: Contender, time: number): Promise<void> {
  const bench = new Bench({ time, iterations: 1, warmup: false, retainSamples: true, throws: true });
  bench.add('turn', () => contender.run(), { async: true });
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') {
    throw new Error(
      `timing ${JSON.stringify(contender.key)}: expected a completed turn, got ${result?.state ?? 'none'}.`,
    );
  }
  contender.latencies.push(...(result.latency.samples ?? []).map((latency) => latency / contender.units));
}

function timing(key: Contender['key'], latencies: readonly number[]): Timing {
  const sorted = latencies.toSorted((a, b) => a - b);
  const p50 = quantile(sorted, 0.5);
  return { ...key, perSecond: (1000 * key.batch) / p50, p50, p99: quantile(sorted, 0.99), runs: sorted.length };
}

/** The smallest value that at least the share `q` of `sorted` does not exceed; with few values p99 is the largest. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
