import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Tests run on Node as it is, as the product does: nothing is bundled or resolved another way.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    maxWorkers: 3,
    // What is waited for comes soon; a machine that is busy with other things takes longer.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
