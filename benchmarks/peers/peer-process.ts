import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { blasEnvironment } from './core-type.ts';

/** What the peer says of itself. */
export interface PeerDescription {
  readonly torch: string;
  readonly python: string;
  readonly threads: number;
  /** File names of the BLAS libraries it has loaded; none where the system cannot tell. */
  readonly libraries: readonly string[];
  readonly mkl: boolean;
  /** Whose kernels OpenBLAS was told to use; null where it chose itself. */
  readonly coreType: string | null;
}

/** No fields. */
type Nothing = Readonly<Record<string, never>>;

interface Commands {
  readonly hello: { readonly request: Nothing; readonly answer: PeerDescription };
  readonly open: { readonly request: { work: string; folder: string }; readonly answer: Nothing };
  readonly units: {
    readonly request: { first: number; count: number };
    readonly answer: { losses: readonly (readonly number[])[] };
  };
  readonly time: {
    readonly request: { first: number; seconds: number };
    readonly answer: { units: number; seconds: number };
  };
  readonly draw: { readonly request: { file: string }; readonly answer: Nothing };
  readonly close: { readonly request: Nothing; readonly answer: Nothing };
}

/** The peer failed, did not answer in time, or is gone. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** A Python process that does the works in PyTorch: one JSON object a line in, one out, one command at a time. */
export class PeerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  #waiting: Waiting | undefined;
  #errors = '';
  #gone: PeerError | undefined;

  /**
   * @param args the interpreter's arguments: the script that serves
   * @param coreType whose kernels OpenBLAS is to use; null for its own choice
   */
  constructor(python: string, args: readonly string[], coreType: string | null = null) {
    const env = { ...process.env, ...blasEnvironment(coreType), PYTHONDONTWRITEBYTECODE: '1' };
    this.#child = spawn(python, args, { env });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    this.#child.stdin.on('error', () => {}); // its end is reported by `close`
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.resolve(line);
    });
    this.#child.on('error', (error) => this.#end(`${python} did not start: ${error.message}`));
    this.#child.on('close', (code, signal) => this.#end(`the peer ended (${signal ?? `code ${code}`})`));
  }

  /** Asks and waits for the answer. @param seconds after which the peer is given up and killed */
  async ask<C extends keyof Commands>(
    command: C,
    request: Commands[C]['request'],
    seconds = 120,
  ): Promise<Commands[C]['answer']> {
    if (this.#gone) throw this.#gone;
    if (this.#waiting) throw new PeerError(`peer: ${command} was asked before the last answer came.`);
    const line = await this.#answer(JSON.stringify({ command, ...request }), command, seconds);
    let answer: Commands[C]['answer'] & { readonly error?: string };
    try {
      answer = JSON.parse(line) as typeof answer;
    } catch {
      throw new PeerError(`peer: ${command} expects one line of JSON, got ${line.slice(0, 200)}`);
    }
    if (answer.error !== undefined) throw new PeerError(`peer: ${command} failed in Python:\n${answer.error.trim()}`);
    return answer;
  }

  /** Whether it can be asked: not after it died or was given up. */
  get alive(): boolean {
    return this.#gone === undefined;
  }

  /** Ends the process, whatever it is doing. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #answer(line: string, command: string, seconds: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => {
          this.#end(`${command} took more than ${seconds} s`);
          this.kill();
        }, seconds * 1000);
        this.#child.stdin.write(`${line}\n`);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #end(reason: string): void {
    const errors = this.#errors.trim();
    this.#gone ??= new PeerError(`peer: ${reason}${errors === '' ? '.' : `:\n${errors}`}`);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#gone);
  }
}
