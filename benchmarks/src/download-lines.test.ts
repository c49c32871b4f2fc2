import { expect, test } from 'vitest';
import { DownloadLines, inBytes } from './download-lines.ts';

test('sizes have three digits and the unit that fits', () => {
  expect([0, 784, 999, 1000, 30_878_551, 999_499, 999_500, 170_052_171, 2e12].map(inBytes)).toEqual([
    '0 B',
    '784 B',
    '999 B',
    '1 kB',
    '30.9 MB',
    '999 kB',
    '1 MB',
    '170 MB',
    '2 TB',
  ]);
});

test('a line for each new file, for its end, and every two seconds between', () => {
  const lines: string[] = [];
  let now = 10;
  const { onProgress } = new DownloadLines(
    (text) => lines.push(text),
    () => now,
  );
  for (const received of [1000, 2000, 3000, 9999, 10_000]) {
    onProgress({ file: 'a.gz', received, total: 10_000 });
    now += received === 2000 ? 2 : 0.1;
  }
  onProgress({ file: 'b.gz', received: 5, total: null });
  expect(lines).toEqual([
    '  a.gz: 1 kB of 10 kB (10 %)',
    '  a.gz: 3 kB of 10 kB (30 %)',
    '  a.gz: 10 kB of 10 kB (100 %)',
    '  b.gz: 5 B',
  ]);
});
