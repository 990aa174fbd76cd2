/** A PostgreSQL for a foreign server: data in a folder that goes when it stops. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { eventually } from '../../support/eventually.ts'
import { freePort, isOpen } from '../../support/ports.ts'
import { postgres } from '../peers.mjs'

/** PostgreSQL does not run as root; where the tests do, it runs as nobody. */
const NOBODY = 65_534
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

export interface Postgres {
  readonly url: string
  stop(): Promise<void>
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await gone
}

export async function startPostgres(): Promise<Postgres> {
  const bin = dirname(postgres.program)
  const data = mkdtempSync(join(tmpdir(), 'interop-postgres-'))
  if (identity.uid !== undefined) chownSync(data, identity.uid, identity.gid)
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'vtn', '-A', 'trust', '-E', 'UTF8', '--no-sync'], { ...identity, stdio: 'pipe' })
  const port = await freePort()
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${data}`,
    '-c',
    'fsync=off',
  ]
  const child = spawn(join(bin, 'postgres'), options, { ...identity, stdio: 'ignore' })
  await eventually('PostgreSQL takes connections', () => isOpen(port))
  return {
    url: `postgres://vtn@127.0.0.1:${port}/postgres`,
    async stop() {
      await ended(child)
      rmSync(data, { recursive: true, force: true })
    },
  }
}
