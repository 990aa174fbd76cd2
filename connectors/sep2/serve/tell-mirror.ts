/** Takes usage points and their readings, with what each rests on. */
import { AHEAD_MS } from '../../delivery/clock-skew.ts'
import type { DeviceView } from '../clients/device-view.ts'
import { USAGE_POINT_ENDED, usagePointIdOf } from '../documents/device-documents.ts'
import type { MeterReading, UsagePoint } from '../messages/mirror.ts'
import { readMessage } from '../messages/read.ts'
import { contentTypeOf } from '../metering/context.ts'
import { type Definition, define, defineReading, isPremises, measuresOf } from '../metering/usage-point.ts'
import { badValue, Refusal } from '../refusal.ts'
import { hrefs } from '../resources/hrefs.ts'
import type { World } from '../world.ts'
import type { Answer, Exchange, Write } from './exchange.ts'
import { usagePointOf } from './owned.ts'
import { record } from './record.ts'

const MOST_USAGE_POINTS = 20
const MOST_READINGS = 200

/** Its own usage point is the device, or that of its premises where the registry says so; the registry may name the one. */
function counts({ traits }: DeviceView, { mRID, roleFlags }: Definition): boolean {
  return isPremises(roleFlags) === (traits.metering === 'site') && (traits.usagePoint === undefined || traits.usagePoint === mRID)
}

/** The media type of a body with values of these readings. */
function contextOf(device: DeviceView, { readings, ...usagePoint }: Definition, said: readonly MeterReading[]): string {
  if (readings.size > MOST_READINGS) throw limit(`a usage point has at most ${MOST_READINGS} meter readings`)
  const measures = measuresOf({ ...usagePoint, readings })
  const ofBody = [...new Set(said.map(({ mRID }) => mRID))].flatMap((mRID) => {
    const [reading, measure] = [readings.get(mRID), measures.get(mRID)]
    return reading && measure ? [{ ...reading, measure }] : []
  })
  return contentTypeOf({ counts: counts(device, { ...usagePoint, readings }), usagePoint, readings: ofBody })
}

const limit = (message: string): Refusal => new Refusal(message, { status: 400, reason: 'limitReached' })

/** The device whose LFDI a usage point names. */
function mirrored({ client }: Exchange, { deviceLFDI }: UsagePoint): DeviceView {
  const device = client.devices.find(({ traits }) => (traits.lfdi ?? client.lfdi) === deviceLFDI)
  if (!device) throw new Refusal('deviceLFDI: this certificate does not speak for that device', { status: 403 })
  return device
}

async function takeUsagePoint(world: World, exchange: Exchange, device: DeviceView, said: UsagePoint): Promise<string> {
  const { deviceId } = device
  const { usagePoints } = world.documents.of(deviceId)
  const id = usagePointIdOf(deviceId, said.mRID)
  if (!usagePoints.has(id) && usagePoints.size >= MOST_USAGE_POINTS) throw limit(`a device has at most ${MOST_USAGE_POINTS} usage points`)
  const contentType = contextOf(device, define(usagePoints.get(id), said), said.MirrorMeterReading)
  await record(world, { deviceId, kind: 'MirrorUsagePoint', body: exchange.body, receivedMs: exchange.receivedMs, contentType })
  return id
}

/** One that is there already is updated by what is said of it. */
export const postUsagePoint =
  (world: World): Write =>
  async (exchange) => {
    const { value } = readMessage(exchange.body, ['MirrorUsagePoint'])
    const device = mirrored(exchange, value)
    const isKnown = world.documents.of(device.deviceId).usagePoints.has(usagePointIdOf(device.deviceId, value.mRID))
    const id = await takeUsagePoint(world, exchange, device, value)
    return { status: isKnown ? 204 : 201, location: hrefs.usagePoint(id) }
  }

export const putUsagePoint =
  (world: World): Write =>
  async (exchange) => {
    const { device, definition } = usagePointOf(exchange, world)
    const { value } = readMessage(exchange.body, ['MirrorUsagePoint'])
    if (value.mRID !== definition.mRID) throw badValue('is not that of this resource', 'MirrorUsagePoint.mRID')
    if (mirrored(exchange, value) !== device) throw badValue('is not that of this resource', 'MirrorUsagePoint.deviceLFDI')
    await takeUsagePoint(world, exchange, device, value)
    return { status: 204 }
  }

/** The latest end of a period, where it is yet to come: the client's clock shows as much, or more. How long ago any other ended, nobody knows. */
function aheadS(said: readonly MeterReading[], receivedMs: number): number | undefined {
  const readings = said.flatMap(({ Reading: single, MirrorReadingSet: sets }) => [
    ...(single ? [single] : []),
    ...sets,
    ...sets.flatMap((set) => set.Reading),
  ])
  const ends = readings.flatMap(({ timePeriod }) => (timePeriod ? [timePeriod.start + timePeriod.duration] : []))
  const latestS = ends.reduce((latest, endS) => Math.max(latest, endS), 0)
  return latestS * 1000 > receivedMs + AHEAD_MS ? latestS : undefined
}

/** Readings of one meter reading or of several, whenever they come. */
export const postMeterReadings =
  (world: World): Write =>
  async (exchange): Promise<Answer> => {
    const { id, device, definition } = usagePointOf(exchange, world)
    const { name, value } = readMessage(exchange.body, ['MirrorMeterReading', 'MirrorMeterReadingList'])
    const said = name === 'MirrorMeterReading' ? [value] : value.MirrorMeterReading
    for (const { mRID, ReadingType } of said)
      if (!ReadingType && !definition.readings.has(mRID))
        throw badValue(`is missing; say it with the first reading of ${mRID}`, `${name}.ReadingType`)
    const contentType = contextOf(device, said.reduce(defineReading, definition), said)
    const { body, receivedMs } = exchange
    await record(world, { deviceId: device.deviceId, kind: name, body, receivedMs, contentType, statedS: aheadS(said, receivedMs) })
    return { status: 201, location: hrefs.usagePoint(id) }
  }

export const deleteUsagePoint =
  (world: World): Write =>
  async (exchange) => {
    const { id, device } = usagePointOf(exchange, world)
    const ended = { kind: USAGE_POINT_ENDED, body: Buffer.from(id), contentType: 'text/plain' }
    await record(world, { deviceId: device.deviceId, receivedMs: exchange.receivedMs, ...ended })
    return { status: 204 }
  }
