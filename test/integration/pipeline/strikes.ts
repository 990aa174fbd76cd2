/** Arms the processes of a stack: each kills itself with -9 at the very moment that a test is about. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProcessName } from '../../../deploy/up/processes.ts'

/** `produce`: on the n-th record that the process writes to the topic from now on. `positions`: between the loader's insert and its note of it. */
export type Strike =
  | { readonly on: 'produce'; readonly topic: string; readonly nth: number; readonly when: 'at once' | 'commit asked for' }
  | { readonly on: 'positions' }

export interface Strikes {
  /** Variables with which the processes must be started. */
  readonly env: Readonly<Record<string, string>>
  arm(name: ProcessName, strike: Strike): void
}

export function createStrikes(folder: string): Strikes {
  mkdirSync(folder, { recursive: true })
  const preload = fileURLToPath(new URL('./strike.ts', import.meta.url))
  return {
    env: { NODE_OPTIONS: `--import tsx --import ${preload}`, DROVER_TEST_STRIKES: folder },
    arm: (name, strike) => writeFileSync(join(folder, `${name}.json`), JSON.stringify(strike)),
  }
}
