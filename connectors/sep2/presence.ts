/**
 * Says of devices whose clients only ask now and then whether they are there: from the first request of their client, until it has
 * not been heard of for two of its poll periods and a half.
 *
 *   requests   |  |  |      |                 |
 *   connected  |—————————————— 2.5 periods ——|    |———
 */
import { type Clock, realMsUntil } from '../../processors/runtime/clock.ts'
import type { Edge } from '../delivery/edge.ts'
import type { Client } from './clients/clients.ts'

export interface PresenceOptions {
  readonly edge: Pick<Edge, 'opened' | 'closed' | 'epochOf'>
  readonly clock: Clock
  readonly pollRateS: (deviceId: string) => number
  readonly onOpened: (deviceId: string) => void
  readonly onClosed: (deviceId: string, epoch: number) => void
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface Presence {
  /** Resolves when every device of the client has its epoch. Rejects where that could not be recorded. */
  heard(client: Client): Promise<void>
  /** Resolves when all are said to be closed. */
  stop(): Promise<void>
}

const PERIODS = 2.5
const SILENT = 'its client has not been heard of for two poll periods'
const LOOKS_PER_PERIOD = 4
/** While nobody is there. */
const IDLE_LOOK_S = 1

/** One certificate, which may speak for thousands of devices. */
interface Speaker {
  heardMs: number
  /** The client as it was when all its devices were open. */
  whole: Client | undefined
}

interface Device {
  speaker: Speaker
  /** undefined while it is being opened. */
  epoch: number | undefined
  readonly opening: Promise<void>
}

export function createPresence(options: PresenceOptions): Presence {
  const { edge, clock, pollRateS, onOpened, onClosed, onError } = options
  const speakers = new Map<string, Speaker>()
  const devices = new Map<string, Device>()
  let timer: NodeJS.Timeout | undefined

  async function open(deviceId: string): Promise<void> {
    try {
      const epoch = await edge.opened(deviceId)
      const device = devices.get(deviceId)
      if (device) device.epoch = epoch
    } catch (error) {
      devices.delete(deviceId)
      throw error
    }
    onOpened(deviceId)
  }

  function hear(deviceId: string, speaker: Speaker): Promise<void> {
    const known = devices.get(deviceId)
    if (known) {
      known.speaker = speaker
      return known.opening
    }
    // Set before it opens, so that two requests at once open it once.
    const opening = Promise.resolve().then(() => open(deviceId))
    devices.set(deviceId, { speaker, epoch: undefined, opening })
    return opening
  }

  async function heard(client: Client): Promise<void> {
    const speaker = speakers.get(client.lfdi) ?? { heardMs: 0, whole: undefined }
    speakers.set(client.lfdi, speaker)
    speaker.heardMs = clock.nowMs()
    if (speaker.whole === client) return
    await Promise.all(client.devices.map(({ deviceId }) => hear(deviceId, speaker)))
    speaker.whole = client
  }

  async function close(deviceId: string, { epoch, speaker }: Device, reason: string): Promise<void> {
    devices.delete(deviceId)
    speaker.whole = undefined
    const closing = edge.closed(deviceId, epoch ?? -1, reason)
    onClosed(deviceId, epoch ?? -1)
    await closing
  }

  /** The next look is due when the shortest period could have passed in silence. */
  function look(): void {
    const nowMs = clock.nowMs()
    let shortestS = Number.POSITIVE_INFINITY
    for (const [deviceId, device] of devices) {
      const rateS = pollRateS(deviceId)
      shortestS = Math.min(shortestS, rateS)
      const isSilent = nowMs - device.speaker.heardMs > PERIODS * rateS * 1000
      if (isSilent && device.epoch !== undefined) close(deviceId, device, SILENT).catch((error: unknown) => onError(deviceId, error))
    }
    const nextS = Number.isFinite(shortestS) ? shortestS / LOOKS_PER_PERIOD : IDLE_LOOK_S
    timer = setTimeout(look, realMsUntil(clock, nowMs + nextS * 1000)).unref()
  }

  look()
  return {
    heard,
    async stop() {
      clearTimeout(timer)
      const open = [...devices].filter(([, { epoch }]) => epoch !== undefined)
      await Promise.all(open.map(([deviceId, device]) => close(deviceId, device, 'the node stopped')))
    },
  }
}
