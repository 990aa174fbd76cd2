/** Types that many records share: positions on the log, intervals' quality, channels, protocols, actors. */
import { enumeration, type Infer, int, long, record, string } from './avro.ts'

export const protocol = enumeration(
  'Protocol',
  ['ocpp', 'sep2', 'inverter', 'thermostat', 'loopback', 'none'],
  'Which connector speaks to the device; none = a meter, never commanded.',
)
export type Protocol = Infer<typeof protocol>

export const channel = enumeration(
  'Channel',
  ['import', 'export', 'net', 'generation', 'stateOfCharge'],
  'What was measured. import and export are unsigned energies from and to the grid; net = import - export; stateOfCharge in thousandths.',
)
export type Channel = Infer<typeof channel>

export const quality = enumeration(
  'Quality',
  ['measured', 'estimated', 'modelled', 'edited', 'missing'],
  'How a value came about: read from a meter, estimated by the source or by splitting a longer span, computed from runtime and rating, changed by hand, or absent.',
)
export type Quality = Infer<typeof quality>

export const actorKind = enumeration('ActorKind', ['customer', 'operator', 'device', 'utility', 'system'], 'What sort of party did it.')
export type ActorKind = Infer<typeof actorKind>

export const testKind = enumeration(
  'TestKind',
  ['none', 'drill', 'performanceTest'],
  'Whether an event is real, a drill that is not settled, or a test that is settled.',
)
export type TestKind = Infer<typeof testKind>

export const logPosition = record('LogPosition', 'One record on the log.', {
  topic: string('Topic name.'),
  partition: int('Partition number.'),
  offset: long('Offset in the partition.'),
})
export type LogPosition = Infer<typeof logPosition>

export const offsetRange = record('OffsetRange', 'Consecutive records of one partition.', {
  topic: string('Topic name.'),
  partition: int('Partition number.'),
  fromOffset: long('First offset, inclusive.'),
  toOffset: long('Last offset, inclusive.'),
})
export type OffsetRange = Infer<typeof offsetRange>
