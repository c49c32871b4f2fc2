import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `pnpm test`: every `*.test.ts` beside the code, run from the sources without a build. Slow checks are `*.slow.test.ts`. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@kindred/source'], externalConditions: ['@kindred/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'benchmarks/{src,peers,twins}/**/*.test.ts'],
    exclude: ['**/*.slow.test.ts', '**/dist/**', '**/node_modules/**'],
    pool: 'forks',
    // Vitest keeps one core for itself: half of a machine with two.
    maxWorkers: '100%',
    // The full MNIST in whoever runs the tests' cache folder would be taken for the embedded one.
    env: { XDG_CACHE_HOME: join(tmpdir(), 'kindred-tests') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
