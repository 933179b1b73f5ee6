// Tests stand beside their units in src/ and, where they belong to none, in test/.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: "test/temporary.ts",
    // Vitest would use one of two cores; much of what a test does is waiting for other programs.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Against what hangs, not against what is slow: two cores run everything at once.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // The words that a test reads must not depend on who runs it.
    env: { LANG: "C.UTF-8", TZ: "UTC", NO_COLOR: "1" },
  },
});
