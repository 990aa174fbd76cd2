/** Takes what a client says of a control: it settles the command, shows that it holds, or takes the device out of the event. */
import type { DeviceView } from '../clients/device-view.ts'
import { describe, isFollowed, isOptOut } from '../controls/replies.ts'
import type { ShownControl } from '../controls/shown.ts'
import { recordIdOf } from '../documents/device-documents.ts'
import type { Response } from '../messages/others.ts'
import { readMessage } from '../messages/read.ts'
import { badValue } from '../refusal.ts'
import { hrefs } from '../resources/hrefs.ts'
import type { World } from '../world.ts'
import type { Write } from './exchange.ts'
import { writeDevice } from './owned.ts'
import { record } from './record.ts'

export const postResponse = (world: World): Write =>
  writeDevice(async ({ client, device, body, receivedMs }) => {
    const { deviceId } = device
    const { value } = readMessage(body, ['DERControlResponse', 'Response'])
    const control = controlOf(world, device, client.lfdi, value)
    const sha256 = await record(world, { deviceId, kind: 'Response', body, receivedMs, statedS: value.createdDateTime })
    await take(world, deviceId, control, value.status, receivedMs)
    return { status: 201, location: hrefs.response(deviceId, recordIdOf(sha256)) }
  })

/** A Response is of the device that it names, and of a control that its list shows or showed. */
function controlOf(
  { book }: World,
  { deviceId, traits }: DeviceView,
  clientLfdi: string,
  { endDeviceLFDI, subject }: Response,
): ShownControl {
  if (endDeviceLFDI !== (traits.lfdi ?? clientLfdi)) throw badValue('is not that of this device', 'Response.endDeviceLFDI')
  const control = book.find(deviceId, subject)
  if (!control) throw badValue('no control has this mRID', 'Response.subject')
  return control
}

async function take(world: World, deviceId: string, control: ShownControl, status: number, atMs: number): Promise<void> {
  const { port, delivery } = world
  const late = port.onReply(deviceId, control, { status, atMs })
  if (late) delivery.onLateAnswer(deviceId, late.commandId, late.delivered)
  if (isFollowed({ status, atMs })) delivery.onSaid(deviceId)
  if (isOptOut(status)) await leave(world, deviceId, control, status)
}

/** Of a control that we ended there is nothing to leave. */
async function leave({ delivery, edge }: World, deviceId: string, control: ShownControl, status: number): Promise<void> {
  if (control.ended) return
  await delivery.onOverridden(deviceId, describe(status))
  const { commandId, eventId, programId, startS, endS } = control
  const segment = { startMs: startS * 1000, endMs: endS * 1000, level: '', limitW: 0, eventId, programId }
  await edge.leftEvents({ deviceId, commandId, segments: [segment] }, describe(status))
}
