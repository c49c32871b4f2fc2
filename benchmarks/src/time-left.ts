/** What one estimates a trial by: trials of the same model on the same data take about the same time. */
export interface Timed {
  readonly trial: string;
  readonly dataset: string;
  readonly family: string;
  readonly variant: string;
}

/** Training does not start at once and is not all: below this share a running trial says little about its length. */
const tellingFraction = 0.1;

/** Estimates the seconds until the last trial ends, from those that have ended and how far the running ones are. */
export class TimeLeft {
  readonly #waiting: Map<string, Timed>;
  readonly #jobs: number;
  readonly #running = new Map<string, { readonly since: number; fraction: number }>();
  readonly #ended: { readonly timed: Timed; readonly seconds: number }[] = [];

  constructor(trials: readonly Timed[], jobs: number) {
    this.#waiting = new Map(trials.map((timed) => [timed.trial, timed]));
    this.#jobs = jobs;
  }

  /** @param now seconds on any steady clock, the same one in all calls */
  started(trial: string, now: number): void {
    this.#running.set(trial, { since: now, fraction: 0 });
  }

  /** @param fraction of its training, 0 ... 1 */
  progressed(trial: string, fraction: number): void {
    const running = this.#running.get(trial);
    if (running) running.fraction = fraction;
  }

  ended(trial: string, seconds: number): void {
    const timed = this.#waiting.get(trial);
    if (timed) this.#ended.push({ timed, seconds });
    this.#waiting.delete(trial);
    this.#running.delete(trial);
  }

  /** Seconds; null as long as nothing is known to estimate from. */
  estimate(now: number): number | null {
    let left = 0;
    for (const timed of this.#waiting.values()) {
      const length = this.#lengthOf(timed, now);
      if (length === null) return null;
      const running = this.#running.get(timed.trial);
      left += running ? Math.max(0, length - (now - running.since)) : length;
    }
    return left / Math.min(this.#jobs, Math.max(1, this.#waiting.size));
  }

  /** From its siblings, else from its own progress, else from others on the same data, else from all. */
  #lengthOf(timed: Timed, now: number): number | null {
    const sameData = this.#ended.filter((other) => other.timed.dataset === timed.dataset);
    const siblings = sameData.filter(
      (other) => other.timed.family === timed.family && other.timed.variant === timed.variant,
    );
    if (siblings.length > 0) return meanOf(siblings);
    const running = this.#running.get(timed.trial);
    if (running && running.fraction >= tellingFraction) return (now - running.since) / running.fraction;
    const others = sameData.length > 0 ? sameData : this.#ended;
    return others.length > 0 ? meanOf(others) : null;
  }
}

function meanOf(ended: readonly { readonly seconds: number }[]): number {
  return ended.reduce((sum, { seconds }) => sum + seconds, 0) / ended.length;
}

/** `45 s`, `3 min`, `1 h 5 min`. */
export function inWords(seconds: number): string {
  if (seconds < 99.5) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
