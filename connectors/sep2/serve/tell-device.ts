/** Takes what a client says of its devices: the parts of its DER, LogEvents, and registration in band. */
import { hashId } from '../../../topics/ids.ts'
import type { DeviceView } from '../clients/device-view.ts'
import { recordIdOf } from '../documents/device-documents.ts'
import { sfdiOf } from '../identity.ts'
import { readMessage } from '../messages/read.ts'
import { badValue, Refusal } from '../refusal.ts'
import { derParts, hrefs } from '../resources/hrefs.ts'
import type { World } from '../world.ts'
import type { Exchange, Write } from './exchange.ts'
import { writeDevice } from './owned.ts'
import { record } from './record.ts'

export const putDerPart = (world: World, part: keyof typeof derParts): Write =>
  writeDevice(async ({ device: { deviceId }, body, receivedMs }) => {
    const { name, value } = readMessage(body, [derParts[part]])
    const statedS = 'readingTime' in value ? value.readingTime : undefined
    await record(world, { deviceId, kind: name, body, receivedMs, statedS })
    return { status: 204 }
  })

export const postLogEvent = (world: World): Write =>
  writeDevice(async ({ device: { deviceId }, body, receivedMs }) => {
    const { name, value } = readMessage(body, ['LogEvent'])
    const sha256 = await record(world, { deviceId, kind: name, body, receivedMs, statedS: value.createdDateTime })
    return { status: 201, location: hrefs.logEvent(deviceId, recordIdOf(sha256)) }
  })

/**
 * Registration in band: a certificate that the registry knows by its SFDI only becomes that of its device, and an aggregator gives
 * the LFDI of one that it speaks for. What the registry does not know is refused.
 */
export const postEndDevice =
  (world: World): Write =>
  async (exchange) => {
    const { value } = readMessage(exchange.body, ['EndDevice'])
    const { client } = exchange
    const known = client.devices.find(({ sfdi }) => sfdi === value.sFDI)
    const lfdi = value.lFDI ?? (value.sFDI === sfdiOf(client.lfdi) ? client.lfdi : undefined)
    if (lfdi !== undefined && sfdiOf(lfdi) !== value.sFDI) throw badValue('is not that of the lFDI', 'EndDevice.sFDI')
    if (known?.traits.lfdi !== undefined && (lfdi === undefined || lfdi === known.traits.lfdi))
      return { status: 204, location: hrefs.endDevice(known.deviceId) }
    const wanted = known ?? (client.pending?.sfdi === value.sFDI && lfdi === client.lfdi ? client.pending : undefined)
    if (!wanted) throw new Refusal('the registry knows no such device of this certificate', { status: 403 })
    if (lfdi === undefined) throw badValue('is missing', 'EndDevice.lFDI')
    if (wanted.traits.lfdi !== undefined) throw badValue('is not the one that the registry knows', 'EndDevice.lFDI')
    await bind(world, wanted, lfdi, exchange)
    return { status: 201, location: hrefs.endDevice(wanted.deviceId) }
  }

/** A fact of the registry like any other; this node knows it at once. */
async function bind(
  { clients, record: put }: World,
  { deviceId, state }: DeviceView,
  lfdi: string,
  { receivedMs }: Exchange,
): Promise<void> {
  const { attributes } = state
  await put({
    changeId: hashId('sep2', 'registered in band', deviceId, lfdi),
    deviceId,
    kind: 'attributesChanged',
    effectiveFromMs: receivedMs,
    effectiveUntilMs: null,
    programId: null,
    eventId: null,
    attributes: { ...attributes, extra: { ...attributes.extra, lfdi } },
    siteId: null,
    meterId: null,
    resourceId: null,
    registration: null,
    actor: 'device',
    actorId: deviceId,
    reason: 'registered in band',
  })
  clients.bind(deviceId, lfdi)
}
