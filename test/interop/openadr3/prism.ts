/** Runs Prism between the VEN and a VTN: it passes everything on, and says in a header of each answer what the public document does not allow. */
import { spawn } from 'node:child_process'
import type { Revision } from '../../../gateway/openadr3/revision.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort, isOpen } from '../../support/ports.ts'
import { fileOf } from '../../vtn3/contract.ts'
import { missing, prism } from '../peers.mjs'

export interface Prism {
  /** Ends in a slash, and stands for the target. */
  readonly url: string
  stop(): Promise<void>
}

/** Why Prism cannot run here, or undefined where it can. */
export const prismMissing: string | undefined = missing(prism)

/** Needs the public document of the revision. */
export async function startPrism(revision: Revision, target: string): Promise<Prism> {
  const port = await freePort()
  const args = ['proxy', fileOf(revision) ?? '', target, '--port', String(port), '--host', '127.0.0.1', '--multiprocess', 'false']
  const child = spawn(process.execPath, [prism.program, ...args], { stdio: 'ignore' })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  await eventually('Prism takes connections', () => isOpen(port))
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
