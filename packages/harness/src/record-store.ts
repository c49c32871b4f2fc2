import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TrialRecord } from './record.ts';

/** Writes a file so that it is either whole or not there: a killed process leaves at most a `.tmp` beside it. */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/** Reads a JSON file; undefined where it is not there or is not JSON (both mean: make it again). */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Floats as bytes, little-endian whatever the machine. */
function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i] ?? 0, true);
  return bytes;
}

/** The trial records of a run: one JSON file per trial in one folder, samples beside them. */
export class RecordStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The record of a trial if it is there and was made by the same plan and code. */
  async read(trial: string, fingerprint: string): Promise<TrialRecord | undefined> {
    const record = (await readJson(this.#file(trial))) as Partial<TrialRecord> | undefined;
    return record?.schema === 1 && record.fingerprint === fingerprint ? (record as TrialRecord) : undefined;
  }

  async write(record: TrialRecord): Promise<void> {
    await writeAtomically(this.#file(record.trial), `${JSON.stringify(record, undefined, 2)}\n`);
  }

  async remove(trial: string): Promise<void> {
    await rm(this.#file(trial), { force: true });
  }

  /** Makes the folder, and removes what killed processes left half written in it. */
  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const file of await readdir(this.folder)) {
      if (file.endsWith('.tmp')) await rm(join(this.folder, file), { force: true });
    }
  }

  /** Writes floats beside the records, little-endian. @returns the file's name relative to the folder */
  async writeFloats(name: string, values: Float32Array): Promise<string> {
    const file = `${name}.f32`;
    await writeAtomically(join(this.folder, file), littleEndian(values));
    return file;
  }

  #file(trial: string): string {
    return join(this.folder, `${trial}.json`);
  }
}
