import { rm } from 'node:fs/promises';
import type { Places } from '@kindred/data';
import type { EngineDescription } from '@kindred/engine';
import { describeMachine } from './machine.ts';
import { describeEnd, runPool, type ChildEnd, type PoolTask } from './pool.ts';
import type { TrialPlan } from './plan.ts';
import { readPreparation, type Preparation, type PreparationPlan } from './prepare.ts';
import type { CurvePoint, TrialRecord } from './record.ts';
import { RecordStore } from './record-store.ts';
import type { Suite } from './suite.ts';
import type { SuiteRun, ThroughputRecord } from './suite-run.ts';
import { readThroughput, throughputFile, type TaskMessage } from './tasks.ts';
import { notApplicable, recordOfDeath } from './trial-record.ts';
import { isTrialMessage, type TrialMessage } from './trial-progress.ts';

/** What happens during a run, for people. */
export type SuiteEvent =
  | { readonly kind: 'planned'; readonly plans: readonly TrialPlan[]; readonly kept: readonly TrialRecord[] }
  | { readonly kind: 'preparing' | 'prepared'; readonly dataset: string; readonly seconds: number }
  | { readonly kind: 'trial-started'; readonly plan: TrialPlan }
  | { readonly kind: 'trial-progress'; readonly plan: TrialPlan; readonly progress: TrialMessage }
  | { readonly kind: 'trial-ended'; readonly plan: TrialPlan; readonly record: TrialRecord; readonly seconds: number }
  | { readonly kind: 'timing-started' }
  | { readonly kind: 'warning'; readonly message: string };

export interface RunSuiteOptions {
  readonly suite: Suite;
  /** Of `planTrials`. */
  readonly plans: readonly TrialPlan[];
  /** Of `planPreparation`: one per dataset of the plans. */
  readonly preparations: readonly PreparationPlan[];
  readonly recordsFolder: string;
  readonly cacheFolder: string;
  /** Where children look for datasets; the machine's own places unless given. */
  readonly places?: Places;
  /** The module that children run; it calls `serveHarness`. */
  readonly workerFile: string;
  /** Trials at once. */
  readonly jobs: number;
  /** Keep the records that an earlier run left, as far as `keepsOnResume` allows; otherwise all are made anew. */
  readonly resume: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SuiteEvent) => void;
  /** For the report: the command, and versions of what decides results. */
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Seconds for work that is not a trial's: enough for a slow machine, so that a hang still ends. */
const machineryTimeout = 1800;

/**
 * Whether a resumed run keeps a record of the same fingerprint. A crash or a time-out may have been the machine's doing and is
 * tried again; an error or a value that is not finite would come again, for the same seed gives the same numbers.
 */
export function keepsOnResume({ failure }: Pick<TrialRecord, 'failure'>): boolean {
  return failure === null || failure.reason === 'error' || failure.reason === 'not-finite';
}

/**
 * Runs a suite: prepares its datasets, runs its trials in children, then times all models. Each record is on disk once it is
 * made, so a run that is stopped or killed resumes with what is there. Throws the signal's reason when stopped.
 */
export async function runSuite(options: RunSuiteOptions): Promise<SuiteRun> {
  const startedAt = new Date();
  const run = new Run(options);
  const keptTrials = await run.keepOrClear();
  await run.prepareAndTry();
  const throughput = await run.time();
  const { suite, plans, command, versions } = options;
  const preparations = run.preparations();
  return {
    suite: suite.name,
    description: suite.description,
    startedAt: startedAt.toISOString(),
    wallSeconds: (Date.now() - startedAt.getTime()) / 1000,
    keptTrials,
    binarise: suite.binarise,
    command,
    machine: describeMachine(),
    engine: run.engine,
    versions,
    datasets: preparations.map(({ card }) => card),
    featureSpaces: preparations.flatMap(({ featureSpaces }) => featureSpaces),
    calibration: preparations.flatMap(({ calibration }) => calibration),
    trials: plans.map((plan) => run.recordOf(plan)),
    throughput,
  };
}

class Run {
  readonly #options: RunSuiteOptions;
  readonly #store: RecordStore;
  readonly #prepared = new Map<string, Preparation>();
  readonly #records = new Map<string, TrialRecord>();
  readonly #told = new Map<string, { progress: TrialMessage; curve: CurvePoint[] }>();

  constructor(options: RunSuiteOptions) {
    this.#options = options;
    this.#store = new RecordStore(options.recordsFolder);
  }

  get engine(): EngineDescription {
    const [first] = this.preparations();
    if (!first)
      throw new Error('runSuite: no dataset was prepared, so no engine was opened; give it at least one dataset.');
    return first.engine;
  }

  /** In the order of the plan, not in the order in which they came to be. */
  preparations(): Preparation[] {
    return this.#options.preparations.flatMap(({ dataset }) => this.#prepared.get(dataset) ?? []);
  }

  recordOf({ trial }: TrialPlan): TrialRecord {
    const record = this.#records.get(trial);
    if (!record) throw new Error(`runSuite: trial ${trial} has no record though the pool has ended.`);
    return record;
  }

  /** Takes over what an earlier run left, and removes what could be mistaken for this run's. @returns how many trials were kept */
  async keepOrClear(): Promise<number> {
    const { plans, preparations, recordsFolder, resume } = this.#options;
    await this.#store.open();
    for (const plan of plans) {
      const record = resume ? await this.#store.read(plan.trial, plan.fingerprint) : undefined;
      if (record && keepsOnResume(record)) this.#records.set(plan.trial, record);
      else await this.#store.remove(plan.trial);
    }
    for (const plan of preparations) {
      const preparation = resume ? await readPreparation(recordsFolder, plan) : undefined;
      if (preparation) this.#prepared.set(plan.dataset, preparation);
    }
    const kept = [...this.#records.values()];
    this.#emit({ kind: 'planned', plans, kept });
    return kept.length;
  }

  async prepareAndTry(): Promise<void> {
    const { suite, plans, preparations, jobs, workerFile, signal } = this.#options;
    const preparing = preparations.filter(({ dataset }) => !this.#prepared.has(dataset));
    const trying = plans.filter(({ trial, applicable }) => applicable && !this.#records.has(trial));
    const names = new Set(preparing.map(({ dataset }) => dataset));
    const tasks = [
      ...preparing.map((plan) => this.#task(prepareId(plan.dataset), { kind: 'prepare', plan }, machineryTimeout)),
      ...inRunningOrder(trying, suite).map((plan) => {
        const after = names.has(plan.dataset) ? [prepareId(plan.dataset)] : [];
        return this.#task(plan.trial, { kind: 'trial', plan }, plan.timeout, after);
      }),
    ];
    const preparationOf = new Map(preparing.map((plan) => [prepareId(plan.dataset), plan]));
    const planOf = new Map(trying.map((plan) => [plan.trial, plan]));
    await runPool(tasks, {
      workerFile,
      jobs,
      ...(signal && { signal }),
      onStart: (id) => {
        const plan = planOf.get(id);
        if (plan) this.#emit({ kind: 'trial-started', plan });
        else this.#emit({ kind: 'preparing', dataset: preparationOf.get(id)?.dataset ?? id, seconds: 0 });
      },
      onMessage: (id, message) => this.#hear(planOf.get(id), message),
      onEnd: async (end) => {
        const plan = planOf.get(end.id);
        if (plan) await this.#endTrial(plan, end);
        else await this.#endPreparation(preparationOf.get(end.id), end);
      },
    });
    for (const plan of plans.filter(({ applicable }) => !applicable)) {
      if (!this.#records.has(plan.trial)) await this.#write(plan, notApplicable(plan, this.engine), 0);
    }
  }

  /** Timings of every model that had a trial; what cannot be timed is a warning, for the trials are worth reporting. */
  async time(): Promise<ThroughputRecord[]> {
    const { suite, plans, recordsFolder, workerFile, signal } = this.#options;
    if (!suite.throughput) return [];
    const one = new Map(plans.filter(({ applicable }) => applicable).map((plan) => [modelKey(plan), plan]));
    if (one.size === 0) return [];
    this.#emit({ kind: 'timing-started' });
    await rm(throughputFile(recordsFolder), { force: true });
    const plan = { plans: [...one.values()], seconds: suite.throughput.seconds };
    const task = this.#task('throughput', { kind: 'throughput', plan }, suite.throughput.seconds + machineryTimeout);
    await runPool([task], {
      workerFile,
      jobs: 1,
      ...(signal && { signal }),
      onEnd: async (end) => {
        if (end.exitCode !== 0) this.#warn(`throughput was not measured: ${describeEnd(end)}`);
      },
    });
    const result = await readThroughput(recordsFolder);
    for (const failure of result?.failures ?? []) this.#warn(`not timed: ${failure}`);
    const records: ThroughputRecord[] = [];
    for (const timing of result?.timings ?? []) {
      const trials = [...this.#records.values()].filter((record) => modelKey(record) === modelKey(timing));
      const parameters = Math.max(0, ...trials.map((record) => record.parameters));
      const memory = trials.map(({ peakMemory }) => peakMemory).filter((peak) => peak > 0);
      records.push({ ...timing, parameters, peakMemory: median(memory) });
    }
    return records;
  }

  #task(id: string, what: TaskOf, timeout: number, after: readonly string[] = []): PoolTask {
    const { recordsFolder, cacheFolder, places } = this.#options;
    const message = { ...what, recordsFolder, cacheFolder, ...(places && { places }) } satisfies TaskMessage;
    return { id, message, timeout, after };
  }

  #hear(plan: TrialPlan | undefined, message: unknown): void {
    if (!plan || !isTrialMessage(message)) return;
    const curve = this.#told.get(plan.trial)?.curve ?? [];
    curve.push(...message.points);
    this.#told.set(plan.trial, { progress: message, curve });
    this.#emit({ kind: 'trial-progress', plan, progress: message });
  }

  /** The child's own record counts if it wrote one, however it went down after; else the parent writes one of its death. */
  async #endTrial(plan: TrialPlan, end: ChildEnd): Promise<void> {
    const record = await this.#store.read(plan.trial, plan.fingerprint);
    if (record) this.#keep(plan, record, end.seconds);
    else await this.#write(plan, this.#recordOfDeath(plan, end), end.seconds);
  }

  #recordOfDeath(plan: TrialPlan, end: ChildEnd): TrialRecord {
    const told = this.#told.get(plan.trial);
    const { phase = 'build', step = 0, examples = 0 } = told?.progress ?? {};
    const message = end.timedOut ? `not done after ${plan.timeout} s` : describeEnd(end);
    const failure = { phase, reason: end.timedOut ? 'time-out' : 'crash', message, step } as const;
    return recordOfDeath(plan, this.engine, { failure, examples, curve: told?.curve ?? [] });
  }

  async #write(plan: TrialPlan, record: TrialRecord, seconds: number): Promise<void> {
    await this.#store.write(record);
    this.#keep(plan, record, seconds);
  }

  #keep(plan: TrialPlan, record: TrialRecord, seconds: number): void {
    this.#records.set(plan.trial, record);
    this.#told.delete(plan.trial);
    this.#emit({ kind: 'trial-ended', plan, record, seconds });
  }

  /** Without it nothing on the dataset can be measured: the run stops. */
  async #endPreparation(plan: PreparationPlan | undefined, end: ChildEnd): Promise<void> {
    const preparation = plan && (await readPreparation(this.#options.recordsFolder, plan));
    if (!preparation) throw new Error(`dataset ${plan?.dataset ?? end.id} could not be prepared: ${describeEnd(end)}`);
    this.#prepared.set(plan.dataset, preparation);
    this.#emit({ kind: 'prepared', dataset: plan.dataset, seconds: end.seconds });
  }

  #emit(event: SuiteEvent): void {
    this.#options.onEvent?.(event);
  }

  #warn(message: string): void {
    this.#emit({ kind: 'warning', message });
  }
}

/** A task's message without the folders, which are the same for all. */
type TaskOf = TaskMessage extends infer M ? (M extends TaskMessage ? Pick<M, 'kind' | 'plan'> : never) : never;

const prepareId = (dataset: string): string => `prepare ${dataset}`;

const modelKey = ({ dataset, family, variant }: Pick<TrialPlan, 'dataset' | 'family' | 'variant'>): string =>
  `${dataset} ${family} ${variant}`;

/**
 * The order of running: dataset by dataset as the suite lists them, so that the long trials of the first do not come last with
 * one core idle; within a dataset seed by seed, so that every model has been seen once early on, and the time that is left can
 * be told from it.
 */
function inRunningOrder(plans: readonly TrialPlan[], { datasets }: Suite): TrialPlan[] {
  const round = new Map<TrialPlan, number>();
  const seen = new Map<string, number>();
  for (const plan of plans) {
    const before = seen.get(modelKey(plan)) ?? 0;
    round.set(plan, before);
    seen.set(modelKey(plan), before + 1);
  }
  const place = (plan: TrialPlan): number => datasets.indexOf(plan.dataset);
  return plans.toSorted((a, b) => place(a) - place(b) || (round.get(a) ?? 0) - (round.get(b) ?? 0));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = low] = sorted.length % 2 === 1 ? [sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}
