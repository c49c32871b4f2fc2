/** Writes bytes `from` ... `from + count - 1`, divided by 255, to `target` from place `at` on. */
export type IntensityReader = (from: number, count: number, target: Float32Array, at: number) => void;

/** The nearest float32 to byte / 255. */
const intensityOf = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * A reader of bytes as intensities in 0 ... 1. Where four bytes lie as one aligned word it loads them at once, which is
 * twice as fast as one by one.
 */
export function intensityReader(bytes: Uint8Array): IntensityReader {
  const aligned = littleEndian && bytes.byteOffset % 4 === 0;
  const words = new Uint32Array(
    aligned ? bytes.buffer : new ArrayBuffer(0),
    aligned ? bytes.byteOffset : 0,
    aligned ? bytes.length >>> 2 : 0,
  );
  return (from, count, target, at) => {
    const end = from + count;
    let i = from;
    let j = at;
    if (aligned && from % 4 === 0) {
      for (; i + 4 <= end; i += 4, j += 4) {
        const word = words[i >>> 2] as number;
        target[j] = intensityOf[word & 255] as number;
        target[j + 1] = intensityOf[(word >>> 8) & 255] as number;
        target[j + 2] = intensityOf[(word >>> 16) & 255] as number;
        target[j + 3] = intensityOf[word >>> 24] as number;
      }
    }
    for (; i < end; i++, j++) target[j] = intensityOf[bytes[i] as number] as number;
  };
}
