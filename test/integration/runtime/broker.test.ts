/** A broker that is killed and comes back, in the middle of transactions, costs nothing but time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cacheDirOf, isComplete, kafkaDir } from '../../../deploy/local/cache.ts'
import { startKafka } from '../../../deploy/local/kafka.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { deviations, misnumbered, none } from './exactly.ts'
import { idsBetween, setStage } from './stage.ts'

const cacheDir = cacheDirOf(process.env)

test.skipIf(!isComplete(kafkaDir(cacheDir)))('the only broker is killed under load (needs the jars that set-up fetches)', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'drover-broker-'))
  const start = () => startKafka({ dataDir, cacheDir, log: () => {} })
  let kafka = await start()
  onTestFinished(async () => {
    await kafka.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const stage = await setStage(useBroker(kafka.brokers))
  const member = stage.start('node')
  await member.reported('restored')
  const written = stage.writeThings(idsBetween(0, 5_000))
  await eventually('it is in the midst of it', () => member.reports.filter(({ event }) => event === 'committed').length >= 3)
  await kafka.kill()
  kafka = await start()
  await written
  await stage.writeThings(idsBetween(5_000, 6_000))
  const notes = await stage.notes(6_000, 120_000)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 6_000),
    ),
  ).toEqual(none)
  expect(misnumbered(notes)).toEqual([])
})
