import type { DownloadProgress } from '@kindred/data';

/** Seconds between two lines about the same file. */
const every = 2;

/** Tells of downloads in plain lines: at once of each new file, then every two seconds, and when it is all there. */
export class DownloadLines {
  readonly #line: (text: string) => void;
  readonly #now: () => number;
  #file = '';
  #told = 0;

  /** @param now seconds on a steady clock */
  constructor(line: (text: string) => void, now: () => number = () => performance.now() / 1000) {
    this.#line = line;
    this.#now = now;
  }

  readonly onProgress = ({ file, received, total }: DownloadProgress): void => {
    const due = file !== this.#file || received === total || this.#now() - this.#told >= every;
    if (!due) return;
    this.#file = file;
    this.#told = this.#now();
    const share = total ? ` of ${inBytes(total)} (${Math.floor((100 * received) / total)} %)` : '';
    this.#line(`  ${file}: ${inBytes(received)}${share}`);
  };
}

/** `784 B`, `30.9 MB`: powers of a thousand, three digits. */
export function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  // 999.5 would be written as 1.00e+3.
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}
