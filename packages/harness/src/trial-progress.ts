import type { CurvePoint, Phase } from './record.ts';
import type { Tell } from './worker.ts';

/** What a trial's child tells the parent, which needs it for people and for the record of a trial that dies. */
export interface TrialMessage {
  readonly kind: 'trial';
  readonly phase: Phase;
  readonly step: number;
  readonly examples: number;
  /** Share of the training budget that is spent, 0 ... 1. */
  readonly fraction: number;
  /** Points of the curve since the message before. */
  readonly points: readonly CurvePoint[];
}

export function isTrialMessage(message: unknown): message is TrialMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'trial';
}

/** Where a trial stands: its phase, what was trained so far, how long each phase took. */
export class TrialProgress {
  phase: Phase = 'build';
  step = 0;
  examples = 0;
  fraction = 0;
  readonly curve: CurvePoint[] = [];
  readonly seconds: Partial<Record<Phase, number>> = {};
  readonly #tell: Tell;
  #told = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Does the work of a phase and notes its time, also when it throws: `phase` then says where. */
  async during<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    this.phase = phase;
    this.tell();
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.seconds[phase] = (this.seconds[phase] ?? 0) + (performance.now() - start) / 1000;
    }
  }

  tell(): void {
    const points = this.curve.slice(this.#told);
    this.#told = this.curve.length;
    const { phase, step, examples, fraction } = this;
    this.#tell({ kind: 'trial', phase, step, examples, fraction, points } satisfies TrialMessage);
  }
}
