import { defineConfig } from 'vitest/config'

const setupFiles = ['tests/support/setup.ts']
const globalSetup = ['tests/support/global-setup.ts']

const browser = {
  // A browser on a busy machine can miss a moment; what fails twice is broken. The report names what needed it.
  retry: 1,
  setupFiles,
  globalSetup,
  testTimeout: 90_000,
  hookTimeout: 120_000,
}

// One project after the other (groupOrder): on two cores, tests that measure or wait would disturb each other.
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.unit.test.ts'],
          setupFiles,
          testTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'db',
          include: ['tests/**/*.db.test.ts'],
          setupFiles,
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'processes',
          include: ['tests/**/*.process.test.ts'],
          setupFiles,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'crawl',
          // Every page looked at in turn: nothing here is measured, so two may be at it.
          include: ['tests/access/**/*.browser.test.ts', 'tests/screens/**/*.browser.test.ts'],
          ...browser,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/stories/**/*.browser.test.ts', 'tests/auth/**/*.browser.test.ts'],
          ...browser,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
