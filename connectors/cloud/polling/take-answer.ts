/** Takes the answer to a poll: each device's part goes to the log if it says something new, and then how far the device has come. */
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { retryAtMs, spreadOf } from '../../delivery/decide.ts'
import type { Reply } from '../line/call.ts'
import { foldValues, type Values } from './fold-values.ts'
import { type DuePoll, type PollState, type Stream, writePosition } from './poller.ts'
import { type Position, withDigests } from './position.ts'
import type { DeviceBody, Stretch } from './telemetry.ts'

export interface AnsweredPoll {
  readonly reply: Reply
  readonly stretch: Stretch
  /** Epoch ms UTC. */
  readonly askedMs: number
}

const DAY_MS = 86_400_000

export async function takeAnswer(state: PollState, due: readonly DuePoll[], { reply, stretch, askedMs }: AnsweredPoll): Promise<void> {
  switch (reply.kind) {
    // The line waits; nothing is known of the devices.
    case 'throttled':
    case 'unauthorised':
    case 'unreached':
      return
    case 'unknown':
      return putOffAll(state, due)
    case 'refused':
      if (due.length > 1) for (const { stream } of due) state.alone.add(stream.key)
      else putOffAll(state, due)
      return
    case 'answered': {
      const bodies = bodiesOf(state, due, reply)
      if (!bodies) return putOffAll(state, due)
      let calls = 1
      for (const one of due) {
        const body = bodies.find(({ deviceId }) => deviceId === one.stream.device.deviceId)
        if (!body) putOff(state, one.stream)
        else if (await takeBody(state, one, { body, stretch, askedMs, calls })) calls = 0
      }
    }
  }
}

function bodiesOf(
  state: PollState,
  due: readonly DuePoll[],
  reply: Extract<Reply, { kind: 'answered' }>,
): readonly DeviceBody[] | undefined {
  const { adapter, name, device } = (due[0] as DuePoll).stream
  try {
    const devices = due.map(({ stream }) => stream.device)
    return adapter.telemetry.share(reply, name, devices)
  } catch (error) {
    state.onError(device.deviceId, error)
    return undefined
  }
}

interface Got {
  readonly body: DeviceBody
  readonly stretch: Stretch
  readonly askedMs: number
  readonly calls: number
}

/** Whether something was written. First the values are durable, then how far they reach: a crash in between asks once more, and finds nothing new. */
async function takeBody(state: PollState, { stream, why }: DuePoll, got: Got): Promise<boolean> {
  const { positions, edge, instruments, clock } = state
  const { deviceId, vendor } = stream.device
  const receivedMs = clock.nowMs()
  const { kind, contentType, body } = got.body
  state.putOff.delete(stream.key)
  state.alone.delete(stream.key)
  const before = positions.get(stream.key)
  const values = valuesOf(state, stream, { ...got.body, receivedMs })
  const isNew = values === undefined || [...values.digests].some(([dayMs, digest]) => before?.digests.get(dayMs) !== digest)
  if (isNew) await edge.telemetry(deviceId, { kind, contentType, body, receivedMs, epoch: -1 })
  instruments.polled(vendor, isNew ? 'recorded' : 'known')
  const after = positionAfter(state, { stream, why, values, before, ...got })
  if (why === 'asked') settleAsked(state, stream, { isNew, stretch: got.stretch })
  const isWorthWriting = isNew || after.untilMs !== before?.untilMs || after.restatedMs !== before.restatedMs
  positions.set(stream.key, isWorthWriting ? { ...after, writtenMs: receivedMs } : after)
  if (isWorthWriting) await writePosition(state, stream, got.calls)
  return isWorthWriting
}

/** undefined: the body can not be read; the normalizer says why. */
function valuesOf(state: PollState, { device }: Stream, given: DeviceBody & { readonly receivedMs: number }): Values | undefined {
  const { kind, contentType, body, receivedMs } = given
  const raw: RawTelemetry = {
    ...{ deviceId: device.deviceId, protocol: device.attributes.protocol, kind, source: state.node, receivedMs },
    ...{ epoch: -1, contentType, body, sha256: sha256Hex(body) },
  }
  try {
    return foldValues(state.decoder(raw).readings)
  } catch {
    return undefined
  }
}

interface Progress extends Got {
  readonly stream: Stream
  readonly why: DuePoll['why']
  readonly values: Values | undefined
  readonly before: Position | undefined
}

/**
 * The position goes to the end of the last value, so that what is not there yet is asked for again, but it does not wait longer for a value than
 * values are restated; what an answer to `asked` says of the past moves nothing.
 */
function positionAfter({ clock }: PollState, { stream, why, values, before, stretch, askedMs }: Progress): Position {
  const { restatedDays } = stream.adapter.telemetry
  const nowMs = clock.nowMs()
  const knownMs = before?.untilMs ?? stretch.fromMs
  const patientMs = Math.min(stretch.untilMs, nowMs - restatedDays * DAY_MS)
  const reachMs = Math.min(values?.reachMs ?? stretch.untilMs, stretch.untilMs)
  // A stretch that begins after what is known leaves a hole, which the next poll fills.
  const isNext = stretch.fromMs <= knownMs
  return {
    untilMs: why === 'asked' || !isNext ? knownMs : Math.max(knownMs, reachMs, patientMs),
    restatedMs: why === 'restate' && stretch.untilMs >= askedMs - DAY_MS ? askedMs : (before?.restatedMs ?? 0),
    polledMs: askedMs,
    writtenMs: before?.writtenMs ?? 0,
    digests: withDigests(before?.digests ?? new Map(), values?.digests ?? new Map()),
  }
}

/** A stretch that the vendor had nothing new for is not asked for over and over. */
function settleAsked({ asked, barren }: PollState, { key }: Stream, { isNew, stretch }: { isNew: boolean; stretch: Stretch }): void {
  const wanted = asked.get(key)
  if (!wanted) return
  if (stretch.untilMs < wanted.untilMs && stretch.untilMs > wanted.fromMs && isNew) asked.set(key, { ...wanted, fromMs: stretch.untilMs })
  else asked.delete(key)
  if (!isNew) barren.set(key, wanted)
}

function putOffAll(state: PollState, due: readonly DuePoll[]): void {
  for (const { stream } of due) putOff(state, stream)
}

function putOff({ putOff: all, clock }: PollState, { key }: Stream): void {
  const tries = (all.get(key)?.tries ?? 0) + 1
  all.set(key, { tries, untilMs: retryAtMs(tries, clock.nowMs(), spreadOf('retry', key)) })
}
