/** Gives the tests on a real broker one to run on: the one named by KAFKA_BROKERS, else Docker's, else a local one in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfrastructure } from '../../deploy/local/infrastructure.ts'

export default async function provideInfrastructure(): Promise<() => Promise<void>> {
  process.env.DROVER_TEST_CLUSTER ??= process.env.KAFKA_BROKERS ? 'given' : 'ours'
  const dataDir = mkdtempSync(join(tmpdir(), 'drover-test-'))
  const infrastructure = await startInfrastructure({ dataDir, env: process.env, log: (line) => console.log(`test broker: ${line}`) })
  process.env.KAFKA_BROKERS = infrastructure.brokers
  process.env.SCHEMA_REGISTRY_URL = infrastructure.registryUrl
  return async () => {
    await infrastructure.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
