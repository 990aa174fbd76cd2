/** Tells subscribers of what changed: the newest state of a resource, one Notification at a time each, tried again a few times. */
import { type Clock, realMsUntil } from '../../../processors/runtime/clock.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import type { Client, Clients } from '../clients/clients.ts'
import type { DocumentStore, Subscriber } from '../documents/store.ts'
import { hrefs } from '../resources/hrefs.ts'
import type { Shown } from '../serve/exchange.ts'
import type { ReadPath } from '../serve/tell-subscription.ts'
import { writeDocument } from '../xml/write.ts'
import { isAllowed } from './allowed.ts'
import type { Post } from './post.ts'

export interface NotifierOptions {
  readonly documents: Pick<DocumentStore, 'of' | 'subscribersOf'>
  readonly clients: Pick<Clients, 'find' | 'device'>
  readonly read: ReadPath
  readonly post: Post
  readonly clock: Clock
  readonly hosts: readonly string[]
  readonly onFailed: (deviceId: string, error: unknown) => void
}

export interface Notifier {
  /** Something of a device may have changed; `again`: also where it is as it was, for its client has not answered. */
  changed(deviceId: string, again: boolean): void
  stop(): void
  stats(): { readonly sent: number; readonly failed: number }
}

/** Waits before further tries, ms of Drover's clock; after the last one a subscriber hears of the next change. */
const RETRY_AFTER_MS = [5_000, 30_000, 120_000]
/** Notifications under way at once, to all hosts together. */
const MOST_UNDER_WAY = 32

interface Line {
  readonly subscriber: Subscriber
  /** Digest of what was told last. */
  told: string
  /** Changed since the Notification under way was written. */
  isDue: boolean
  isBusy: boolean
  again: boolean
  /** Tries that came to nothing since the last that did not. */
  failures: number
}

interface State extends NotifierOptions {
  readonly lines: Map<string, Line>
  readonly queue: Line[]
  readonly counts: { sent: number; failed: number }
  underWay: number
  isStopped: boolean
}

export function createNotifier(options: NotifierOptions): Notifier {
  const state: State = { ...options, lines: new Map(), queue: [], counts: { sent: 0, failed: 0 }, underWay: 0, isStopped: false }
  return {
    changed(deviceId, again) {
      for (const subscriber of [...options.documents.subscribersOf(deviceId), ...options.documents.subscribersOf('')])
        due(state, subscriber, again)
      pump(state)
    },
    stop() {
      state.isStopped = true
    },
    stats: () => ({ ...state.counts }),
  }
}

function due({ lines, queue }: State, subscriber: Subscriber, again: boolean): void {
  const known = lines.get(subscriber.id)
  const line = known ?? { subscriber, told: '', isDue: false, isBusy: false, again: false, failures: 0 }
  lines.set(subscriber.id, line)
  line.again ||= again
  if (line.isDue) return
  line.isDue = true
  if (!line.isBusy) queue.push(line)
}

function pump(state: State): void {
  while (state.underWay < MOST_UNDER_WAY && !state.isStopped) {
    const line = state.queue.shift()
    if (!line) return
    line.isBusy = true
    state.underWay += 1
    void serve(state, line).finally(() => {
      state.underWay -= 1
      line.isBusy = false
      if (line.isDue) state.queue.push(line)
      pump(state)
    })
  }
}

/** What is told at each try is what holds then. */
async function serve(state: State, line: Line): Promise<void> {
  const { again } = line
  line.isDue = false
  line.again = false
  const isTold = await tell(state, line, again)
  const waitMs = isTold ? undefined : RETRY_AFTER_MS[line.failures]
  line.failures = waitMs === undefined ? 0 : line.failures + 1
  if (waitMs === undefined) return
  setTimeout(
    () => {
      due(state, line.subscriber, again)
      pump(state)
    },
    realMsUntil(state.clock, state.clock.nowMs() + waitMs),
  ).unref()
}

/** True where the subscriber knows, or never will. */
async function tell(state: State, line: Line, isAgain: boolean): Promise<boolean> {
  const { subscription, deviceId } = line.subscriber
  const shown = shownTo(state, line.subscriber)
  if (!shown || !isCurrent(state, line) || !isAllowed(subscription.notificationURI, state.hosts)) return true
  const told = sha256Hex(JSON.stringify(shown.fields))
  if (told === line.told && !isAgain) return true
  try {
    const status = await state.post(subscription.notificationURI, notificationOf(line.subscriber, shown))
    if (status < 200 || status >= 300) throw new Error(`${subscription.notificationURI}: answered ${status}`)
  } catch (error) {
    state.counts.failed += 1
    state.onFailed(deviceId, error)
    return false
  }
  state.counts.sent += 1
  line.told = told
  if (subscription.limit > 0) shown.onGot?.()
  return true
}

/** False once it was ended. */
function isCurrent({ documents, lines }: State, { subscriber: { deviceId, id } }: Line): boolean {
  const stands = documents.of(deviceId).subscriptions.has(id)
  if (!stands) lines.delete(id)
  return stands
}

/** By the certificate of the device, or of the aggregator that speaks for it; undefined where neither may see it any more. */
function shownTo({ clients, read }: State, { deviceId, subscription }: Subscriber): Shown | undefined {
  const traits = clients.device(deviceId)?.traits
  const candidates = [traits?.lfdi, traits?.aggregatorLfdi].flatMap((lfdi): Client[] => {
    const client = lfdi === undefined ? undefined : clients.find(lfdi)
    return client ? [client] : []
  })
  for (const client of candidates) {
    try {
      return read(client, subscription.subscribedResource, subscription.limit)
    } catch {
      // Not this one's to see.
    }
  }
  return undefined
}

function notificationOf({ deviceId, id, subscription }: Subscriber, { name, fields }: Shown): string {
  const { subscribedResource, limit } = subscription
  return writeDocument('Notification', {
    subscribedResource,
    Resource: limit === 0 ? undefined : { '@xsi:type': name, ...fields },
    status: 0,
    subscriptionURI: hrefs.subscription(deviceId, id),
  })
}
