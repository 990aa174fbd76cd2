/** Runs a VTN made of the Python package openleadr, and talks to it by lines of JSON. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../support/free-port.ts'
import { openleadr } from '../peers.mjs'

/** What the VTN saw: `what` and whatever belongs to it. */
export type Sight = Readonly<Record<string, unknown>> & { readonly what: string }

export interface OpenleadrVtn {
  readonly url: string
  /** Everything seen so far, or one sort of it, oldest first. */
  seen(what?: string): readonly Sight[]
  tell(command: Readonly<Record<string, unknown>> & { readonly do: string }): void
  stop(): Promise<void>
}

export interface OpenleadrOptions {
  readonly vtnId: string
  /** Polls are answered by what `answer` and `request` commands say; its own events are then off. */
  readonly scripted?: boolean
  /** Files for TLS and signatures. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string; readonly venFingerprint: string }
}

const script = fileURLToPath(new URL('vtn.py', import.meta.url))

/** Resolves once it listens. */
export async function startOpenleadr({ vtnId, scripted = false, tls }: OpenleadrOptions): Promise<OpenleadrVtn> {
  const port = await freePort()
  const secure = tls ? ['--cert', tls.cert, '--key', tls.key, '--ca', tls.ca, '--ven-fingerprint', tls.venFingerprint] : []
  const args = [script, '--port', String(port), '--vtn-id', vtnId, ...(scripted ? ['--scripted'] : []), ...secure]
  const child = spawn(openleadr.program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const sights: Sight[] = []
  const complaints: string[] = []
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (!line.startsWith('{')) return
      const sight = JSON.parse(line) as Sight
      sights.push(sight)
      if (sight.what === 'ready') resolve()
    })
    createInterface(child.stderr).on('line', (line) => complaints.push(line))
    child.once('exit', (code) => reject(new Error(`the VTN ended with ${code}: ${complaints.slice(-20).join('\n')}`)))
    child.once('error', reject)
  })
  await ready
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    seen: (what) => sights.filter((sight) => what === undefined || sight.what === what),
    tell: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    async stop() {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}
