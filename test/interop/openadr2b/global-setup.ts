/** Provides a Python with the package openleadr in a folder of its own below the cache, or says why there is none. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

export const OPENLEADR_VERSION = '0.5.36'

export interface Openleadr {
  /** Empty where it is missing. */
  readonly python: string
  /** Why it is missing; empty = it is there. */
  readonly missing: string
}

declare module 'vitest' {
  interface ProvidedContext {
    openleadr: Openleadr
  }
}

const INSTALL_LIMIT_MS = 300_000

function install(folder: string): Openleadr {
  const python = join(folder, 'bin/python')
  const wanted = ['-c', `import importlib.metadata as m; assert m.version("openleadr") == "${OPENLEADR_VERSION}"`]
  if (existsSync(python) && spawnSync(python, wanted).status === 0) return { python, missing: '' }
  if (spawnSync('python3', ['--version']).error !== undefined) return { python: '', missing: 'python3 not installed' }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `openleadr==${OPENLEADR_VERSION}`]
  for (const [command, args] of [
    ['python3', ['-m', 'venv', folder]],
    [python, pip],
  ] as const) {
    const run = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_LIMIT_MS })
    if (run.status !== 0)
      return { python: '', missing: `openleadr ${OPENLEADR_VERSION} could not be installed: ${run.stderr.trim().split('\n').at(-1)}` }
  }
  return { python, missing: '' }
}

export default function setup(project: TestProject): void {
  project.provide('openleadr', install(resolve(join('.drover', 'cache', 'interop', `openleadr-${OPENLEADR_VERSION}`))))
}
