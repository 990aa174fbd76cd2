/** How tests run: fast ones in parallel without a broker, then those on a real broker, one file at a time. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const broker = ['test/integration/**/*.test.ts']
const pipeline = ['test/integration/pipeline/**/*.test.ts']
const interop = ['test/interop/**/*.test.ts']
const containers = ['test/containers/**/*.test.ts', 'test/deploy/local/kafka-docker.test.ts']

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...broker, ...interop, 'test/containers/**'],
          pool: 'forks',
          // Most of them wait for a peer most of the time: fewer workers than cores, as vitest would take, leave the machine idle.
          maxWorkers: availableParallelism() + 1,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        test: {
          name: 'broker',
          include: broker,
          pool: 'forks',
          fileParallelism: false,
          maxWorkers: 1,
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'interop',
          include: interop,
          pool: 'forks',
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        root,
        test: {
          name: 'containers',
          include: [...containers, ...pipeline],
          pool: 'forks',
          fileParallelism: false,
          maxWorkers: 1,
          globalSetup: ['test/containers/global-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
