import type { DType, Engine, Values } from '@kindred/engine';
import type { NamedVariables } from './contract.ts';

/**
 * Variables in a file, all integers little-endian:
 *
 *     0   4 bytes   the letters KNDV
 *     4   uint32    version of the format: 1
 *     8   uint32    length of the header in bytes
 *     12  header    JSON, UTF-8: [{ "name", "shape", "dtype" }, ...]
 *     ..  values    of each variable in the header's order, nothing between them: float32 and int32 in 4 bytes, bool in 1
 */
const magic = 'KNDV';
const version = 1;
const start = 12;

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

const bytesPer = { float32: 4, int32: 4, bool: 1 } as const;

/** The values of the variables as bytes; see the format above. */
export function saveParameters(engine: Engine, variables: NamedVariables): Uint8Array {
  const entries = Object.entries(variables).map(([name, { shape, dtype }]): Entry => ({
    name,
    shape,
    dtype: dtype as DType,
  }));
  const header = new TextEncoder().encode(JSON.stringify(entries));
  const bytes = new Uint8Array(start + header.length + entries.reduce((sum, entry) => sum + byteLength(entry), 0));
  bytes.set(new TextEncoder().encode(magic));
  const view = new DataView(bytes.buffer);
  view.setUint32(4, version, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, start);
  let offset = start + header.length;
  for (const variable of Object.values(variables)) {
    const values = engine.read(variable);
    bytes.set(littleEndian(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), values), offset);
    offset += values.byteLength;
  }
  return bytes;
}

/** Sets the variables from bytes that `saveParameters` wrote. Nothing is set unless all names, shapes and types agree. */
export function loadParameters(engine: Engine, variables: NamedVariables, bytes: Uint8Array): void {
  const { entries, offset } = readHeader(bytes);
  const problems = differences(variables, entries);
  const expected = offset + entries.reduce((sum, entry) => sum + byteLength(entry), 0);
  if (bytes.length !== expected) problems.push(`  the file has ${bytes.length} bytes, its header says ${expected}`);
  if (problems.length > 0) {
    throw new Error(
      `loadParameters: the file does not fit the model; build it with the options it was saved with.\n${problems.join('\n')}`,
    );
  }
  let at = offset;
  for (const entry of entries) {
    const variable = variables[entry.name];
    const length = byteLength(entry);
    if (variable) engine.write(variable, valuesOf(entry.dtype, bytes.slice(at, at + length)));
    at += length;
  }
}

function readHeader(bytes: Uint8Array): { entries: readonly Entry[]; offset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, 4)) !== magic) {
    throw new Error(`loadParameters: these bytes are no parameter file: it would start with ${magic}.`);
  }
  const found = view.getUint32(4, true);
  if (found !== version)
    throw new Error(`loadParameters: the file has format ${found}, this version reads ${version}.`);
  const offset = start + view.getUint32(8, true);
  if (bytes.length < offset)
    throw new Error(`loadParameters: the file ends inside its header, at byte ${bytes.length} of ${offset}.`);
  return { entries: JSON.parse(new TextDecoder().decode(bytes.subarray(start, offset))) as Entry[], offset };
}

function differences(variables: NamedVariables, entries: readonly Entry[]): string[] {
  const problems: string[] = [];
  const saved = new Set(entries.map(({ name }) => name));
  for (const name of Object.keys(variables)) if (!saved.has(name)) problems.push(`  ${name}: not in the file`);
  for (const { name, shape, dtype } of entries) {
    const variable = variables[name];
    if (!variable) {
      problems.push(`  ${name}: not in the model`);
    } else if (variable.dtype !== dtype || variable.shape.join() !== shape.join()) {
      problems.push(
        `  ${name}: ${dtype} [${shape.join(', ')}] in the file, ${variable.dtype} [${variable.shape.join(', ')}] in the model`,
      );
    }
  }
  return problems;
}

const byteLength = ({ shape, dtype }: Entry): number =>
  shape.reduce((product, length) => product * length, 1) * bytesPer[dtype];

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A copy of `bytes` with each element's bytes in little-endian order. */
function littleEndian(bytes: Uint8Array, { BYTES_PER_ELEMENT: width }: Values): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  if (!hostIsLittleEndian) for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  return copy;
}

function valuesOf(dtype: DType, bytes: Uint8Array): Values {
  const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
  return new arrays[dtype](littleEndian(bytes, new arrays[dtype](0)).buffer);
}
