/** Records of telemetry: verbatim bodies, readings in one unit and sign, intervals with coverage, and gaps. */
import { added, boolean, bytes, enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { channel, protocol, quality } from './common.ts'

export const rawTelemetry = record('RawTelemetry', 'A body as received.', {
  deviceId: string('Device or meter.'),
  protocol: of(protocol, 'Protocol; none = import.'),
  kind: string('Message name, for example MeterValues or csv-block.'),
  source: string('Connector node, or file with its lines.'),
  receivedMs: long('Time of receipt, epoch ms UTC.'),
  epoch: long('Connection epoch; -1 = none.'),
  contentType: string('Media type of body.'),
  body: bytes('The bytes.'),
  sha256: string('SHA-256 of body, hex.'),
})
export type RawTelemetry = Infer<typeof rawTelemetry>

export const readingSource = enumeration(
  'ReadingSource',
  ['ocpp', 'sep2', 'inverter', 'thermostat', 'import', 'loopback', 'backfill'],
  'Where values come from.',
)

export const readingKind = enumeration(
  'ReadingKind',
  ['interval', 'register', 'withdrawn'],
  'interval: the source states the energy of each interval, and the same interval again replaces it. register: difference of two register samples, counted once. withdrawn: takes a register difference back that a late sample divided; its energy is the negative of what it takes back.',
)

/** Values of a block at most: a day of quarter hours. */
export const MAX_BLOCK_VALUES = 96

export const readingBlock = record(
  'ReadingBlock',
  'Consecutive energies of one channel: value i spans startMs + i * stepMs to startMs + (i + 1) * stepMs.',
  {
    deviceId: string('Device or meter.'),
    channel: of(channel, 'What was measured.'),
    source: of(readingSource, 'Where from.'),
    kind: of(readingKind, 'How values count.'),
    register: string('Register or connector within the device; empty = the whole device.'),
    startMs: long('Start of the first value, epoch ms UTC.'),
    stepMs: long('Length of each value, ms; the span itself for a single register difference.'),
    values: list(long('Energy, Wh.'), `Energies in Wh, up to ${MAX_BLOCK_VALUES}.`),
    qualities: list(quality, 'Quality of each value.'),
    sourceCode: string('Quality or context code of the source, verbatim; empty = none.'),
    rawOffset: long('Offset of the raw record.'),
  },
)
export type ReadingBlock = Infer<typeof readingBlock>

export const intervalReason = enumeration('IntervalReason', ['initial', 'late', 'edited', 'recovered'], 'Why this revision was written.')

export const intervalBlock = record(
  'IntervalBlock',
  'Consecutive closed intervals of one channel, aligned to the clock; a later revision replaces an earlier one interval by interval.',
  {
    deviceId: string('Device or meter.'),
    channel: of(channel, 'What was measured.'),
    source: of(readingSource, 'Where from.'),
    startMs: long('Start of the first interval, epoch ms UTC.'),
    stepS: int('Length of each, seconds.'),
    revision: int('From 1 per interval; the block carries the greatest of its intervals.'),
    reason: of(intervalReason, 'Why this revision.'),
    values: list(long('Energy, Wh.'), 'Energies in Wh.'),
    qualities: list(quality, 'Worst quality that went into each.'),
    coveragePermille: list(int('Thousandths.'), 'Share of each interval that readings cover.'),
  },
)
export type IntervalBlock = Infer<typeof intervalBlock>

export const pollPosition = record(
  'PollPosition',
  'How far the telemetry of a device was asked for and got; the newest of a device and stream holds.',
  {
    deviceId: string('Device.'),
    stream: string('What was asked for, where a vendor tells channels apart.'),
    credential: string('Credential that was used.'),
    node: string('Connector node.'),
    atMs: long('When it was asked, epoch ms UTC.'),
    calls: int('Calls that it took; 0 = it came in a call that is counted at another device.'),
    untilMs: long('Values are on the log up to here, epoch ms UTC; gaps before it are asked for again with recent days, or by backfill.'),
    restatedMs: long('When recent days were last asked for again, epoch ms UTC.'),
    days: list(long('Epoch ms UTC.'), 'Starts of the recent UTC days that values were got of.'),
    digests: list(string('Hash.'), 'What the values of each of those days came to; another hash = they changed.'),
  },
)
export type PollPosition = Infer<typeof pollPosition>

export const gapStatus = enumeration('GapStatus', ['open', 'requested', 'recovered', 'lost'], 'Where a gap stands.')

export const telemetryGap = record('TelemetryGap', 'A stretch without readings where some were expected.', {
  gapId: string('Hash of device, channel and fromMs.'),
  deviceId: string('Device or meter.'),
  channel: of(channel, 'What is missing.'),
  fromMs: long('First instant without a value, epoch ms UTC.'),
  untilMs: long('End, exclusive, epoch ms UTC; grows while open.'),
  status: of(gapStatus, 'Where it stands.'),
  energyWh: optional(long('Energy between the registers on both sides, Wh, where there are registers.')),
  carried: boolean('True: intervals carry the energy, spread evenly and marked estimated; false: no interval does.'),
  revision: int('From 1.'),
  detectedMs: long('Epoch ms UTC.'),
  endedMs: added(optional(long('When readings came again, epoch ms UTC; null = still silent, and untilMs grows.')), null),
})
export type TelemetryGap = Infer<typeof telemetryGap>
