// Tests stand beside their units in src/ and, where they belong to none, in test/.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: "test/temporary.ts",
    testTimeout: 20_000,
    // The words that a test reads must not depend on who runs it.
    env: { LANG: "C.UTF-8", TZ: "UTC", NO_COLOR: "1" },
  },
});
