import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Only what is truly slow is listed by its name: a CI log keeps the place for what failed.
    slowTestThreshold: 20_000,
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "test/properties/**/*.test.ts",
            "test/golden/*.test.ts",
          ],
          environment: "node",
          // Some check thousands of cases, and machines may be busy; nothing here waits.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/**/*.test.ts"],
          globalSetup: ["test/support/api-server-binaries.ts"],
          exclude: ["test/properties/**", "test/golden/**"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Each file may start an API server: two cores carry two of them, no more.
          maxWorkers: 2,
        },
      },
    ],
  },
});
