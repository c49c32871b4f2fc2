import type { EngineDescription, OpenEngineOptions, Placement, ProductProbe } from '@kindred/engine';
import { describeEnd, runPool, type ChildEnd } from '@kindred/harness';

/** Sent to the child. */
export interface DeviceQuestion {
  readonly engine: OpenEngineOptions;
  /** Whether to have it multiply two matrices too, and count where nodes run. */
  readonly product: boolean;
}

/** What the child says: the engine that opened, or what it lacks. */
export type DeviceAnswer =
  | { readonly description: EngineDescription; readonly probe?: ProductProbe; readonly placement?: Placement }
  | { readonly message: string; readonly missing: string; readonly remedy: string };

/** What came of asking: the answer with the warnings of native libraries, or how the child went down without one. */
export type DeviceFinding =
  | { readonly answer: DeviceAnswer; readonly warnings: readonly string[] }
  | { readonly failure: string };

export interface AskOptions {
  /** The module that the child runs: `device-worker`. */
  readonly workerFile: string;
  /** Seconds that a child may take. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** Asks a child process of its own, so that a crash or a hang of a native library is an answer too. */
export async function askDevice(question: DeviceQuestion, options: AskOptions): Promise<DeviceFinding> {
  const { workerFile, timeout, signal } = options;
  let answer: DeviceAnswer | undefined;
  let end: ChildEnd | undefined;
  await runPool([{ id: 'device', message: question, timeout }], {
    workerFile,
    jobs: 1,
    ...(signal && { signal }),
    onMessage: (_, message) => {
      if (isAnswer(message)) answer = message;
    },
    onEnd: async (ended) => {
      end = ended;
    },
  });
  if (!end) return { failure: 'it ended without a word' };
  if (!answer) return { failure: describeEnd(end) };
  // Native libraries may crash while they are unloaded: what was computed before is as good.
  const late =
    end.exitCode === 0 ? [] : [`after it had answered, the process was ${describeEnd({ ...end, stderr: '' })}`];
  return { answer, warnings: [...warningsIn(end.stderr), ...late] };
}

/** The pool's own message of the end is not ours. */
function isAnswer(message: unknown): message is DeviceAnswer {
  return typeof message === 'object' && message !== null && ('description' in message || 'missing' in message);
}

/** Dawn, which is ONNX Runtime's WebGPU, says in warnings what it has against the adapters that it found. */
function warningsIn(stderr: string): string[] {
  return stderr.split('\n').flatMap((line) => /^Warning: (.+)$/.exec(line.trim())?.[1] ?? []);
}
