/**
 * The charging station of npm em-ocpp-chargepoint-simulator 0.0.4, which others wrote: OCPP 1.6, and silent to whatever its script does not
 * answer. It rests on packages of 2021 with known vulnerabilities, so it is no dependency of ours: it is fetched at first use, into the cache.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const NAME = 'em-ocpp-chargepoint-simulator'
const VERSION = '0.0.4'
const INSTALL_LIMIT_MS = 300_000

const home = resolve(join('.drover', 'cache', 'interop', `${NAME}-${VERSION}`))
const main = join(home, 'node_modules', NAME, 'build', 'src', 'main.js')

/** Why it cannot run here, or undefined where it can. */
export function installSimulator(): string | undefined {
  if (existsSync(main)) return undefined
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"private":true}')
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${NAME}@${VERSION}`]
  const run = spawnSync('npm', args, { cwd: home, encoding: 'utf8', timeout: INSTALL_LIMIT_MS })
  return run.status === 0 ? undefined : `${NAME} ${VERSION} could not be installed: ${run.stderr?.trim().split('\n').at(-1)}`
}

export interface Simulator {
  stop(): Promise<void>
}

/** Runs a script in which `connect(url)` gives the charging station. */
export function runSimulator(script: string): Simulator {
  const child = spawn(process.execPath, [main, '--stdin'], { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.end(script)
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
