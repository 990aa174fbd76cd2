/** The role by its settings: whom the product certified gets in, and is out seconds after it was revoked. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../../deploy/local/free-port.ts'
import type { Environment } from '../../../gateway/cli/environment.ts'
import type { Session } from '../../../gateway/cli/session.ts'
import { startSep2Role } from '../../../gateway/roles/sep2.ts'
import type { RunningRole } from '../../../gateway/roles/start.ts'
import { certify, ensureSep2Settings, revoke } from '../../../gateway/sep2/local-authority.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { enrollmentState } from '../../../topics/catalogue.ts'
import { createHttpClient } from '../../connectors/sep2/http-client.ts'
import { stateOf } from '../../connectors/sep2/rig.ts'
import { eventually } from '../../support/eventually.ts'
import { createMemoryLog } from '../../support/memory-log.ts'

let folder: string
let role: RunningRole | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sep2-'))
})
afterEach(async () => {
  await role?.stop()
  rmSync(folder, { recursive: true })
})

test('certified, served, revoked', async () => {
  const sep2File = join(folder, 'settings.json')
  await ensureSep2Settings(sep2File, ['127.0.0.1'])
  const { lfdi, certFile, keyFile, caFile } = await certify(sep2File, 'B-1', folder)
  const { writer, reader } = createMemoryLog(realClock)
  await writer.append(enrollmentState, stateOf({ deviceId: 'B-1', extra: { derType: 'battery', lfdi } }))
  const sep2Url = `https://127.0.0.1:${await freePort()}`
  const environment = { stack: { sep2File, sep2Url }, clock: realClock, node: 'test' } as Environment
  const session = { writer: async () => writer, follower: () => reader } as unknown as Session
  role = await startSep2Role({ environment, session, log: pino({ level: 'silent' }), registry: new Registry() })

  const [cert, key, ca] = [certFile, keyFile, caFile].map((file) => readFileSync(file, 'utf8'))
  const client = createHttpClient(sep2Url, { cert: cert ?? '', key: key ?? '' }, ca ?? '')
  try {
    expect((await client.get('/edev/B-1')).text).toContain(lfdi)
    await revoke(sep2File, certFile)
    await eventually('no way in', async () => {
      try {
        await client.get('/dcap')
        return false
      } catch {
        return true
      }
    })
  } finally {
    client.close()
  }
})
