import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Tests run on Node as it is, as the product does: nothing is bundled or resolved another way.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    maxWorkers: 3,
    // What is waited for comes soon; on a machine that is busy with other things it takes longer, and is as right.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
