import { readFile } from 'node:fs/promises';
import { reasonOf } from '../data-error.ts';

const formats: readonly string[] = ['png', 'jpeg', 'webp'];

/** How files of these formats begin. Names say little: many a `.jpg` is a PNG. */
function formatOf(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith('\u0089PNG\r\n\u001A\n')) return 'png';
  if (text.startsWith('\u00FF\u00D8\u00FF')) return 'jpeg';
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'webp';
  return undefined;
}

/**
 * Decodes an image to [size, size, 3]: turned as its EXIF data says, scaled so that the square is filled, cropped about its
 * centre, in sRGB, on white where it is transparent.
 *
 * sharp is loaded by the first call: most datasets do without it.
 *
 * @returns the pixels, or in words what is wrong with the file
 */
export async function decodeImage(
  file: string,
  size: number,
): Promise<{ readonly pixels: Uint8Array } | { readonly problem: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return { problem: `cannot be read: ${reasonOf(error)}` };
  }
  if (formatOf(bytes) === undefined) return { problem: `not an image: begins as none of ${formats.join(', ')} does` };
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(bytes, { failOn: 'warning' })
      .rotate()
      .resize(size, size, { fit: 'cover', position: 'centre' })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels === 3) return { pixels: data };
    return { problem: `decodes to ${info.channels} channels, expected 3` };
  } catch (error) {
    return { problem: `corrupt: ${reasonOf(error)}` };
  }
}
