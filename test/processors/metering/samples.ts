/** Raw records for tests: register samples as JSON, with the decoder that reads them, and imported blocks. */
import type { Decoded, DecodedReading } from '../../../processors/normalizer/decoded.ts'
import { type ImportBlock, importRecord } from '../../../processors/normalizer/import-block.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { sha256Hex } from '../../../topics/ids.ts'

/** A register at a time. */
export interface TestSample {
  readonly atMs: number
  readonly registerWh: number
  readonly register?: string
  readonly channel?: 'import' | 'export'
}

/** Reads what `samplesRecord` wrote. */
export function decodeSamples(raw: RawTelemetry): Decoded {
  const samples = JSON.parse(raw.body.toString('utf8')) as TestSample[]
  const readings = samples.map(
    ({ atMs, registerWh, register = '', channel = 'import' }, index): DecodedReading => ({
      kind: 'register',
      channel,
      register,
      code: 'Sample.Periodic',
      path: `${index}`,
      atMs,
      registerWh,
    }),
  )
  return { readings, faults: [] }
}

export function samplesRecord(deviceId: string, samples: readonly TestSample[], receivedMs: number): RawTelemetry {
  const body = Buffer.from(JSON.stringify(samples))
  return {
    deviceId,
    protocol: 'loopback',
    kind: 'samples',
    source: 'test',
    receivedMs,
    epoch: 1,
    contentType: 'application/json',
    body,
    sha256: sha256Hex(body),
  }
}

export function blockRecord(deviceId: string, block: Partial<ImportBlock> & Pick<ImportBlock, 'startMs' | 'values'>, receivedMs: number) {
  const whole: ImportBlock = { channel: 'import', stepS: 900, qualities: null, code: '', ...block }
  return importRecord(whole, { deviceId, source: 'test.csv:1-2', receivedMs })
}
