/** What the router remembers of dispatch: events by id, and those that called a device which settles by another unit. */
import { type Infer, list, long, record, string } from '../../schemas/avro.ts'

export const routedEvent = record('RoutedEvent', 'When an event is, by its newest order.', {
  programId: string('Program.'),
  startMs: long('Start, epoch ms UTC.'),
  endMs: long('End, exclusive, epoch ms UTC.'),
})
export type RoutedEvent = Infer<typeof routedEvent>

export const calledDevice = record('CalledDevice', 'Events that called a device.', {
  eventIds: list(string('Event.'), 'The newest last.'),
})
export type CalledDevice = Infer<typeof calledDevice>
