/** What the normalizer remembers of a device: recent samples of its registers, and which session used which register. */
import { boolean, type Infer, list, long, of, record, string } from '../../schemas/avro.ts'
import { channel } from '../../schemas/common.ts'

const registerState = record('NormalizerRegister', 'Recent samples of one register, by time; the first ever is always kept.', {
  channel: of(channel, 'What it counts.'),
  register: string('Register or connector; empty = the whole device.'),
  atMs: list(long('Time, epoch ms UTC.'), 'Times of the samples, ascending.'),
  registerWh: list(long('Register, Wh.'), 'Register at each time.'),
  divisible: list(
    boolean('Divisible.'),
    'For each sample but the last: true = the stretch to the next was said as one span and may still be divided.',
  ),
})
export type RegisterState = Infer<typeof registerState>

const session = record('NormalizerSession', 'A charging session and its connector.', {
  transactionId: string('Transaction.'),
  register: string('Register or connector.'),
})

export const normalizerDevice = record('NormalizerDevice', 'What the normalizer remembers of a device.', {
  registers: list(registerState, 'Registers seen.'),
  sessions: list(session, 'The latest sessions, newest last.'),
})
export type NormalizerDevice = Infer<typeof normalizerDevice>

export const nothingKnown: NormalizerDevice = { registers: [], sessions: [] }
