/** Keeps a consumer polled and hands over what it fetches, so that it stays in its group whatever else goes on. */
import { type Consumer, call, type Message } from './client.ts'

export interface Pump {
  /** Polls until halted. */
  run(): void
  /** Resolves when no poll is under way: only then may partitions be assigned or paused without losing records. */
  halt(): Promise<void>
}

export interface PumpOptions {
  readonly consumer: Consumer
  /** Called between polls, also when nothing came. */
  readonly onMessages: (messages: readonly Message[]) => void
  /** An error of the consumer; polling goes on. */
  readonly onError: (error: unknown) => void
}

/** A poll waits this long for a first record, on a thread of its own; a halt may have to wait as long. */
const POLL_MS = 50
const BATCH = 500
const PAUSE_AFTER_ERROR_MS = 100

/** Waits for one record, then takes all that are there: a batch is never held back for more to come. */
async function poll(consumer: Consumer, wait: boolean): Promise<readonly Message[]> {
  consumer.setDefaultConsumeTimeout(wait ? POLL_MS : 0)
  return call<Message[]>((done) => consumer.consume(wait ? 1 : BATCH, done as (error: unknown, messages: Message[]) => void))
}

export function createPump({ consumer, onMessages, onError }: PumpOptions): Pump {
  let isRunning = false
  let underWay: Promise<void> = Promise.resolve()

  async function pumpOn(): Promise<void> {
    let wait = true
    while (isRunning) {
      try {
        const messages = await poll(consumer, wait)
        wait = messages.length === 0
        onMessages(messages)
      } catch (error) {
        onError(error)
        await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS))
      }
    }
  }

  return {
    run() {
      if (isRunning) return
      isRunning = true
      underWay = underWay.then(pumpOn)
    },
    async halt() {
      isRunning = false
      await underWay
    },
  }
}
