/** Largest differences of a twin from us in the check, as shares. */
export interface CheckFound {
  readonly before: number;
  readonly losses: number;
  readonly after: number;
  readonly passed: boolean;
}

/** Mean negative log-likelihood of a split. */
export interface TwinNats {
  readonly nats: number;
  /** Examples. */
  readonly count: number;
}

/** What `torch/train.py` says of a work. What it did not get to is left out. */
export interface TwinLine {
  readonly work: string;
  readonly torch?: string;
  /** The name of a GPU, or `cpu`. */
  readonly device?: string;
  readonly steps?: number;
  readonly check?: CheckFound;
  /** Spent on training. */
  readonly seconds?: number;
  /** Means of the training loss over equal parts, nats per example. */
  readonly curve?: readonly number[];
  readonly validation?: TwinNats;
  readonly test?: TwinNats;
  /** A traceback. */
  readonly error?: string;
}

/** Reads a line. Text that is no such line is an error. */
export function parseTwinLine(text: string): TwinLine {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error(`twins: expected one JSON object a line from train.py, got ${text.slice(0, 200)}`);
  }
  if (typeof found !== 'object' || found === null || !('work' in found) || typeof found.work !== 'string') {
    throw new Error(`twins: expected a line of train.py, with the name of its work, got ${text.slice(0, 200)}`);
  }
  return found as TwinLine;
}

/** Reads the lines of a file that train.py's output was kept in; of a work that comes twice the last one holds. */
export function parseTwinLines(text: string): TwinLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return [...new Map(lines.map(parseTwinLine).map((line) => [line.work, line])).values()];
}
