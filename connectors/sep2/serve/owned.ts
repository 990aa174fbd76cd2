/** What of the tree is a client's: its devices, and nothing of anybody else's. */

import type { Client } from '../clients/clients.ts'
import type { DeviceView } from '../clients/device-view.ts'
import { Refusal } from '../refusal.ts'
import type { World } from '../world.ts'
import type { DeviceExchange, Exchange, Read, Shown, Write } from './exchange.ts'
import { notFound } from './routes.ts'

/** Of another's device a client does not even learn whether it exists. */
function deviceOf(client: Client, deviceId: string | undefined): DeviceView {
  const device = client.devices.find((own) => own.deviceId === deviceId)
  if (!device) throw new Refusal('this certificate does not speak for that device', { status: 403 })
  return device
}

export const readDevice =
  (read: (exchange: DeviceExchange) => Shown): Read =>
  (exchange) =>
    read({ ...exchange, device: deviceOf(exchange.client, exchange.params.device) })

export const writeDevice =
  (write: (exchange: DeviceExchange) => ReturnType<Write>): Write =>
  async (exchange) =>
    write({ ...exchange, device: deviceOf(exchange.client, exchange.params.device) })

/** What is there, or 404. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw notFound()
  return value
}

/** What a client told: what is not there may have been told before a restart, and not be known again yet. */
export function told<T>(value: T | undefined, { isWhole }: Pick<World, 'isWhole'>): T {
  if (value !== undefined || isWhole()) return present(value)
  throw new Refusal('what was told before the restart is still being read', { status: 503, headers: { 'retry-after': '5' } })
}

/** A usage point of the client, with its id and device. */
export function usagePointOf({ client, params }: Pick<Exchange, 'client' | 'params'>, world: World) {
  const id = params.id ?? ''
  const holder = world.documents.holderOf(id)
  const device = client.devices.find(({ deviceId }) => deviceId === holder)
  const definition = device && world.documents.of(device.deviceId).usagePoints.get(id)
  return { id, ...told(device && definition && { device, definition }, world) }
}
