import type { EngineDescription } from '@kindred/engine';
import type { SuiteEvent, TrialRecord } from '@kindred/harness';
import { inWords, TimeLeft } from './time-left.ts';

/** A terminal or a file: what progress is written to. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type EventOf<K extends SuiteEvent['kind']> = Extract<SuiteEvent, { kind: K }>;

/** Milliseconds between looks at the status: a terminal's line is rewritten, elsewhere a line is added now and then. */
const every = { terminal: 250, elsewhere: 30_000 } as const;

/**
 * Shows a run's events: one line per trial that ends, and what is going on now. On a terminal the latter is a last line that is
 * rewritten; elsewhere plain lines, the latest state every half minute.
 */
export class Progress {
  readonly #output: Output;
  readonly #jobs: number;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #activities = new Map<string, string>();
  #timeLeft = new TimeLeft([], 1);
  #total = 0;
  #done = 0;

  /** @param now seconds on a steady clock */
  constructor(output: Output, jobs: number, now: () => number = () => performance.now() / 1000) {
    this.#output = output;
    this.#jobs = jobs;
    this.#now = now;
    this.#timer = setInterval(() => this.#showStatus(), output.isTTY ? every.terminal : every.elsewhere);
  }

  /** Takes the status away and stops; the finished lines stay. */
  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  readonly onEvent = (event: SuiteEvent): void => {
    switch (event.kind) {
      case 'planned':
        return this.#planned(event);
      case 'preparing':
        this.#activities.set(event.dataset, `preparing ${event.dataset}`);
        return;
      case 'prepared':
        this.#activities.delete(event.dataset);
        return this.line(`prepared ${event.dataset} (${inWords(event.seconds)})`);
      case 'trial-started':
        this.#activities.set(event.plan.trial, `${event.plan.trial} build`);
        return this.#timeLeft.started(event.plan.trial, this.#now());
      case 'trial-progress':
        return this.#progressed(event);
      case 'trial-ended':
        return this.#ended(event);
      case 'timing-started':
        this.#activities.set('throughput', 'timing all models side by side');
        return;
      case 'warning':
        return this.line(`warning: ${event.message}`);
    }
  };

  /** A line that stays. */
  line(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
  }

  /** The engine that every child opens, and why it is no other. */
  engineOpened({ kind, device, runtime, passedOver }: EngineDescription): void {
    const why = passedOver.map(({ kind: other, reason }) => `; not ${other}: ${reason}`);
    this.line(`engine ${kind} on ${device}, ${runtime}${why.join('')}`);
  }

  #planned({ plans, kept }: EventOf<'planned'>): void {
    this.#total = plans.length;
    this.#done = kept.length;
    const keptTrials = new Set(kept.map(({ trial }) => trial));
    this.#timeLeft = new TimeLeft(
      plans.filter(({ trial, applicable }) => applicable && !keptTrials.has(trial)),
      this.#jobs,
    );
    this.line(`${plans.length} trials, ${this.#jobs} at once${kept.length > 0 ? `; ${kept.length} done before` : ''}`);
  }

  #progressed({ plan, progress }: EventOf<'trial-progress'>): void {
    const share = progress.phase === 'train' ? ` ${Math.round(progress.fraction * 100)} %` : '';
    this.#activities.set(plan.trial, `${plan.trial} ${progress.phase}${share}`);
    this.#timeLeft.progressed(plan.trial, progress.fraction);
  }

  #ended({ plan, record, seconds }: EventOf<'trial-ended'>): void {
    this.#done += 1;
    this.#activities.delete(plan.trial);
    this.#timeLeft.ended(plan.trial, seconds);
    const place = `[${String(this.#done).padStart(String(this.#total).length)}/${this.#total}]`;
    this.line([place, plan.trial.padEnd(44), outcomeOf(record, seconds), this.#left()].filter(Boolean).join('  '));
  }

  #left(): string {
    const left = this.#done < this.#total ? this.#timeLeft.estimate(this.#now()) : null;
    return left === null ? '' : `about ${inWords(left)} left`;
  }

  #showStatus(): void {
    if (this.#activities.size === 0) return;
    const head = this.#activities.has('throughput') ? '' : `${this.#done}/${this.#total}`;
    const text = [head, this.#left(), ...this.#activities.values()].filter(Boolean).join(' | ');
    if (this.#output.isTTY) this.#output.write(`\r\u001B[K${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
    else this.#output.write(`${text}\n`);
  }

  #clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001B[K');
  }
}

function outcomeOf({ status, failure }: TrialRecord, seconds: number): string {
  if (status === 'not-applicable') return 'not applicable';
  if (!failure) return `ok, ${inWords(seconds)}`;
  return `failed in ${failure.phase} (${failure.reason}): ${failure.message.split('\n')[0]}`;
}
