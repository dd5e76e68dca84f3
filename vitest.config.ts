import { defineConfig } from 'vitest/config';

const shared = {
  env: { FORCE_COLOR: '3', TZ: 'UTC', LANG: 'C.UTF-8' },
  testTimeout: 20_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/net/**'] } },
      {
        test: {
          ...shared,
          name: 'net',
          include: ['test/net/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
        },
      },
    ],
  },
});
