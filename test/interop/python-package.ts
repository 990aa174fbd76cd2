/** Provides a Python with one package in a folder of its own below the cache, or says why there is none. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface PythonPackage {
  /** Empty where it is missing. */
  readonly python: string
  /** Why it is missing; empty = it is there. */
  readonly missing: string
}

const INSTALL_LIMIT_MS = 300_000

export function providePackage(name: string, version: string): PythonPackage {
  const folder = resolve(join('.drover', 'cache', 'interop', `${name}-${version}`))
  const python = join(folder, 'bin/python')
  const wanted = ['-c', `import importlib.metadata as m; assert m.version("${name}") == "${version}"`]
  if (existsSync(python) && spawnSync(python, wanted).status === 0) return { python, missing: '' }
  if (spawnSync('python3', ['--version']).error !== undefined) return { python: '', missing: 'python3 not installed' }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`]
  for (const [command, args] of [
    ['python3', ['-m', 'venv', folder]],
    [python, pip],
  ] as const) {
    const run = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_LIMIT_MS })
    if (run.status !== 0)
      return { python: '', missing: `${name} ${version} could not be installed: ${run.stderr.trim().split('\n').at(-1)}` }
  }
  return { python, missing: '' }
}
