/** A state of charge is told as a reading, and nothing adds it up or misses it. */
import { expect, test } from 'vitest'
import { decodeSep2 } from '../../../connectors/sep2/decode.ts'
import { createAggregator } from '../../../processors/aggregator/processor.ts'
import { createGapDetector } from '../../../processors/gaps/processor.ts'
import { createNormalizer } from '../../../processors/normalizer/processor.ts'
import { telemetryGaps, telemetryIntervals, telemetryRaw } from '../../../topics/catalogue.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { MINUTE_MS, openDriver, readingsOf, START_MS } from '../../processors/metering/rig.ts'
import { aDevice } from '../../processors/metering/terms.ts'

test('from DERStatus', () => {
  const normalizer = createNormalizer({ decoders: { sep2: decodeSep2 } })
  const processors = [normalizer, createAggregator(), createGapDetector()]
  const topology = { subTopologies: [{ name: 'telemetry', partitioning: 'device' as const, processors }], external: [], terminal: [] }
  const battery = aDevice('a')
  const watched = { ...battery, attributes: { ...battery.attributes, protocol: 'sep2' as const, cadenceS: 60 } }
  const driver = openDriver({ devices: [watched] }, {}, topology)
  const charge = `<stateOfChargeStatus><dateTime>${START_MS / 1000}</dateTime><value>7200</value></stateOfChargeStatus>`
  const body = Buffer.from(`<DERStatus xmlns="urn:ieee:std:2030.5:ns"><readingTime>${START_MS / 1000}</readingTime>${charge}</DERStatus>`)
  driver.send(telemetryRaw.sep2, {
    deviceId: 'a',
    protocol: 'sep2',
    kind: 'DERStatus',
    source: 'sep2@test',
    receivedMs: START_MS,
    epoch: 0,
    contentType: 'application/sep+xml',
    body,
    sha256: sha256Hex(body),
  })
  driver.advanceTo(START_MS + 60 * MINUTE_MS, MINUTE_MS)
  expect(readingsOf(driver)).toMatchObject([{ channel: 'stateOfCharge', values: [720], qualities: ['measured'], startMs: START_MS }])
  expect(driver.read(telemetryIntervals)).toEqual([])
  expect(new Set(driver.read(telemetryGaps).map(({ value }) => value?.channel))).toEqual(new Set(['import']))
})
