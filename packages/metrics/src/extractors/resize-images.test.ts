import { describe, expect, it } from 'vitest';
import { imageResizer, type Resizing, type Size } from './resize-images.ts';

/** (7 i^2 + 3 i) mod 11 / 11, row after row. */
const pattern = (size: number) => Float32Array.from({ length: size }, (_, i) => ((7 * i * i + 3 * i) % 11) / 11);

describe('imageResizer', () => {
  // PyTorch 1.13: i = torch.arange(h * w, dtype=torch.float64); x = ((i * i * 7 + 3 * i) % 11 / 11).reshape(1, 1, h, w);
  // F.interpolate(x, size=to, mode=mode, antialias=True, align_corners=False). Pillow's resize in mode F gives the first and the
  // fifth to float32's digits.
  it.each<[Size, Size, Resizing, number[]]>([
    [
      [7, 9],
      [3, 4],
      'antialiased-bilinear',
      [
        0.303153989, 0.375514729, 0.372505543, 0.409461967, 0.370817418, 0.372375114, 0.351115169, 0.340106952,
        0.40148423, 0.368546088, 0.382324992, 0.323191095,
      ],
    ],
    [
      [3, 4],
      [5, 6],
      'antialiased-bilinear',
      [
        0, 0.454545455, 0.772727273, 0.227272727, 0.318181818, 0.545454545, 0.109090909, 0.381818182, 0.590909091,
        0.336363636, 0.318181818, 0.363636364, 0.272727273, 0.272727273, 0.318181818, 0.5, 0.318181818, 0.090909091,
        0.654545455, 0.381818182, 0.163636364, 0.381818182, 0.236363636, 0.036363636, 0.909090909, 0.454545455,
        0.060606061, 0.303030303, 0.181818182, 0,
      ],
    ],
    [
      [4, 4],
      [4, 2],
      'antialiased-bilinear',
      [0.402597403, 0.402597403, 0.311688312, 0.311688312, 0.441558442, 0.155844156, 0.506493506, 0.363636364],
    ],
    [
      [8, 8],
      [3, 3],
      'antialiased-bilinear',
      [
        0.378116343, 0.362155388, 0.364014102, 0.352472089, 0.360183467, 0.387331966, 0.381578947, 0.366598314,
        0.341538655,
      ],
    ],
    [
      [7, 9],
      [3, 4],
      'antialiased-bicubic',
      [
        0.301427209, 0.368875828, 0.364471446, 0.430251855, 0.384844061, 0.355944474, 0.347771093, 0.334752243,
        0.403555967, 0.382273407, 0.371924917, 0.318833821,
      ],
    ],
    [
      [3, 4],
      [5, 6],
      'antialiased-bicubic',
      [
        -0.08490566, 0.4924831, 0.899247983, 0.146039801, 0.280597316, 0.614178027, 0.025655217, 0.38993535, 0.68017237,
        0.311083472, 0.302298667, 0.398753838, 0.272727273, 0.256684492, 0.310816498, 0.538930976, 0.320855615,
        0.061004785, 0.739609369, 0.378801181, 0.081513204, 0.419890761, 0.239205044, -0.017165964, 1.021440823,
        0.475229543, -0.028436885, 0.314648053, 0.182827162, -0.030333123,
      ],
    ],
    [
      [4, 4],
      [4, 2],
      'antialiased-bicubic',
      [0.407588279, 0.400826446, 0.3121713, 0.314425244, 0.460555973, 0.13298272, 0.513899324, 0.352366642],
    ],
    [
      [8, 8],
      [3, 3],
      'antialiased-bicubic',
      [
        0.379508344, 0.361826438, 0.356801429, 0.344791731, 0.361573251, 0.390105431, 0.389974758, 0.361100409,
        0.347549481,
      ],
    ],
  ])('makes of [%s] pixels [%s] as PyTorch and Pillow do, %s', (from, to, resizing, expected) => {
    const result = imageResizer(from, to, 1, resizing)(pattern(from[0] * from[1]));
    expect(result.length).toBe(expected.length);
    result.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-7)); // float32
  });

  it.each<Resizing>(['antialiased-bilinear', 'antialiased-bicubic'])('keeps even images and sizes: %s', (resizing) => {
    const even = new Float32Array(5 * 8 * 2).fill(0.3);
    for (const to of [
      [2, 3],
      [11, 13],
    ] as const) {
      imageResizer([5, 8], to, 2, resizing)(even).forEach((value) => expect(value).toBeCloseTo(0.3, 6));
    }
    const image = pattern(80);
    expect(imageResizer([5, 8], [5, 8], 2, resizing)(image)).toEqual(image);
  });

  it('keeps channels apart', () => {
    const grey = pattern(63);
    const colour = Float32Array.from({ length: 63 * 3 }, (_, i) => grey[Math.floor(i / 3)]! * (i % 3));
    const [one, three] = [1, 3].map((channels) => imageResizer([7, 9], [4, 5], channels, 'antialiased-bicubic'));
    const [expected, got] = [one!(grey), three!(colour)];
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[Math.floor(i / 3)]! * (i % 3), 5));
  });

  it('leaves no stripes that the smaller image cannot show', () => {
    const stripes = Float32Array.from({ length: 64 * 64 }, (_, i) => i % 2);
    const result = imageResizer([64, 64], [16, 16], 1, 'antialiased-bicubic')(stripes);
    for (let x = 2; x < 14; x++) expect(Math.abs(result[8 * 16 + x]! - 0.5)).toBeLessThan(0.02);
  });
});
