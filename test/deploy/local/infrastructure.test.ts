/** Tests the local infrastructure as a whole with real servers: nothing outlives its parent, nothing is lost, and given servers are left alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { cacheDirOf, isComplete, kafkaDir, registryDir } from '../../../deploy/local/cache.ts'
import { freePort, isListening } from '../../../deploy/local/free-port.ts'
import { type Infrastructure, startInfrastructure } from '../../../deploy/local/infrastructure.ts'
import { until } from './processes.ts'

const cacheDir = cacheDirOf(process.env)
const { KAFKA_BROKERS: _brokers, SCHEMA_REGISTRY_URL: _registry, ...env } = process.env
const log = (): void => {}
const canRun = isComplete(kafkaDir(cacheDir)) && isComplete(registryDir(cacheDir))

type Addresses = Pick<Infrastructure, 'brokers' | 'registryUrl'>

const portsOf = ({ brokers, registryUrl }: Addresses): number[] => [Number(brokers.split(':')[1]), Number(new URL(registryUrl).port)]

const register = async (url: string): Promise<number> => {
  const response = await fetch(`${url}/subjects/kept-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify({ type: 'record', name: 'Kept', fields: [{ name: 'energyWh', type: 'long' }] }) }),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: number }).id
}

const schemaById = async (url: string, id: number): Promise<string> => {
  const response = await fetch(`${url}/schemas/ids/${id}`)
  expect(response.status).toBe(200)
  return ((await response.json()) as { schema: string }).schema
}

describe.skipIf(!canRun)('local infrastructure (needs the jars that set-up fetches)', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'drover-stack-'))
  let parent: ChildProcess | undefined
  let stack: Infrastructure | undefined

  afterAll(async () => {
    parent?.kill('SIGKILL')
    await stack?.stop()
    rmSync(dataDir, { recursive: true })
  }, 60_000)

  test('is gone when its parent is killed with -9, comes back with its schemas, and is left alone by those who were given it', async () => {
    const script = fileURLToPath(new URL('./parent-of-infrastructure.ts', import.meta.url))
    parent = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'], env })
    const [line] = (await once(createInterface({ input: parent.stdout as NodeJS.ReadableStream }), 'line')) as [string]
    const first = JSON.parse(line) as Addresses
    const id = await register(first.registryUrl)
    expect(await Promise.all(portsOf(first).map(isListening))).toEqual([true, true])

    parent.kill('SIGKILL')
    await until('both ports are closed', async () => !(await Promise.all(portsOf(first).map(isListening))).includes(true))

    stack = await startInfrastructure({ dataDir, log, env })
    expect({ brokers: stack.brokers, registryUrl: stack.registryUrl }).toEqual(first)
    expect(await schemaById(stack.registryUrl, id)).toContain('energyWh')
    expect(await register(stack.registryUrl)).toBe(id)

    const given = { ...env, KAFKA_BROKERS: stack.brokers, SCHEMA_REGISTRY_URL: stack.registryUrl }
    const guest = await startInfrastructure({ dataDir: join(dataDir, 'unused'), log, env: given })
    expect({ brokers: guest.brokers, registryUrl: guest.registryUrl }).toEqual(first)
    await guest.stop()
    expect(await Promise.all(portsOf(first).map(isListening))).toEqual([true, true])

    await stack.stop()
    expect(await Promise.all(portsOf(first).map(isListening))).toEqual([false, false])
    stack = undefined
  }, 180_000)
})

test('a given broker that does not answer is named', async () => {
  const brokers = `127.0.0.1:${await freePort()}`
  const starting = startInfrastructure({ dataDir: tmpdir(), log, env: { ...env, KAFKA_BROKERS: brokers } })
  await expect(starting).rejects.toThrow(`no Kafka answers at KAFKA_BROKERS=${brokers}`)
})

test('without jars and without Docker it says to run set-up', async () => {
  const starting = startInfrastructure({ dataDir: tmpdir(), log, env: { PATH: '/nowhere', DROVER_CACHE: join(tmpdir(), 'no-such-cache') } })
  await expect(starting).rejects.toThrow(/Docker does not answer, and .*no-such-cache.*Run `node deploy\/setup\.mjs`/)
})
