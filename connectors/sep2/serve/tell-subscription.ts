/** Takes Subscriptions, as far as the operator lets Notifications out, and ends them. */
import type { Client } from '../clients/clients.ts'
import { SUBSCRIPTION_ENDED, subscriptionIdOf } from '../documents/device-documents.ts'
import type { Subscription } from '../messages/others.ts'
import { readMessage } from '../messages/read.ts'
import { isAllowed } from '../notify/allowed.ts'
import { badValue, Refusal } from '../refusal.ts'
import { hrefs } from '../resources/hrefs.ts'
import type { World } from '../world.ts'
import type { Shown, Write } from './exchange.ts'
import { told, writeDevice } from './owned.ts'
import { record } from './record.ts'

const MOST_SUBSCRIPTIONS = 100
const XML_ENCODING = 0

/** Reads a resource by its path, a list up to `limit`. Throws a Refusal where there is none, or none of the client's. */
export type ReadPath = (client: Client, path: string, limit: number) => Shown

export const postSubscription = (world: World, read: ReadPath): Write =>
  writeDevice(async ({ client, device, body, receivedMs }) => {
    const { deviceId } = device
    const { value } = readMessage(body, ['Subscription'])
    check(value, world)
    const { fields } = read(client, value.subscribedResource, 0)
    if (fields['@subscribable'] !== 1) throw badValue('cannot be subscribed to', 'Subscription.subscribedResource')
    const { subscriptions } = world.documents.of(deviceId)
    const id = subscriptionIdOf(deviceId, value)
    if (!subscriptions.has(id) && subscriptions.size >= MOST_SUBSCRIPTIONS)
      throw new Refusal(`a device has at most ${MOST_SUBSCRIPTIONS} subscriptions`, { status: 400, reason: 'limitReached' })
    await record(world, { deviceId, kind: 'Subscription', body, receivedMs })
    return { status: 201, location: hrefs.subscription(deviceId, id) }
  })

function check({ Condition, encoding, level, notificationURI }: Subscription, { settings }: World): void {
  if (Condition)
    throw new Refusal('conditions are not supported', { status: 400, reason: 'conditionNotSupported', path: 'Subscription.Condition' })
  if (encoding !== XML_ENCODING) throw badValue('must be 0: XML', 'Subscription.encoding')
  if (!/^[+-]S[12]/.test(level)) throw badValue('must be a schema level such as +S1', 'Subscription.level')
  if (!isAllowed(notificationURI, settings.notificationHosts))
    throw new Refusal('the operator lets no Notification out to that host', { status: 403, path: 'Subscription.notificationURI' })
}

export const deleteSubscription = (world: World): Write =>
  writeDevice(async ({ device: { deviceId }, params, receivedMs }) => {
    const id = params.id ?? ''
    told(world.documents.of(deviceId).subscriptions.get(id), world)
    await record(world, { deviceId, kind: SUBSCRIPTION_ENDED, body: Buffer.from(id), receivedMs, contentType: 'text/plain' })
    return { status: 204 }
  })
