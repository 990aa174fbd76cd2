/** Reads one partition from its beginning in pieces, so that many can be read side by side with one client. */
import type { Message } from '../../../processors/runtime/kafka/client.ts'
import type { RawLog } from '../log/raw-log.ts'

export interface PartitionReader {
  /** Committed records with from <= offset <= to. Ranges are asked for in order; what lies before one is forgotten. */
  range(from: number, to: number): Promise<readonly Message[]>
  /** All committed records in order, up to the end that the partition has when it is first read. */
  all(): AsyncGenerator<Message>
  /** Records so far, and their end. */
  end(): Promise<number>
}

/** Offsets read at a time. */
const PIECE = 5_000

export function createPartitionReader(log: RawLog, topic: string, partition: number, piece = PIECE): PartitionReader {
  let buffer: Message[] = []
  let read: { position: number; readonly end: number } | undefined

  async function bounds(): Promise<{ position: number; readonly end: number }> {
    if (!read) {
      const { start, end } = await log.stretch(topic, partition, 'beginning')
      read ??= { position: start, end }
    }
    return read
  }

  async function readPiece(through: number): Promise<void> {
    const known = await bounds()
    const start = known.position
    const end = Math.min(known.end, Math.max(start + piece, through + 1))
    await log.scan([{ topic, partition, start, end }], (message) => buffer.push(message))
    known.position = end
  }

  return {
    async range(from, to) {
      const known = await bounds()
      if (buffer.at(-1)?.offset !== undefined && (buffer.at(-1) as Message).offset < from) buffer = []
      // Nothing asks for what lies before the range any more.
      if (buffer.length === 0) known.position = Math.max(known.position, Math.min(from, known.end))
      while (known.position <= to && known.position < known.end) await readPiece(to)
      const first = buffer.findIndex(({ offset }) => offset >= from)
      buffer = first < 0 ? [] : buffer.slice(first)
      const beyond = buffer.findIndex(({ offset }) => offset > to)
      return beyond < 0 ? buffer : buffer.slice(0, beyond)
    },
    async *all() {
      const known = await bounds()
      while (known.position < known.end) {
        await readPiece(0)
        const records = buffer
        buffer = []
        yield* records
      }
    },
    end: async () => (await bounds()).end,
  }
}
