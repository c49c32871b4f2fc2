import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `pnpm test:slow`: checks that take minutes. CI runs them too. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  {
    test: {
      include: ['packages/*/src/**/*.slow.test.ts', 'benchmarks/{src,twins}/**/*.slow.test.ts'],
      exclude: ['**/dist/**', '**/node_modules/**'],
      testTimeout: 600_000,
    },
  },
);
