/** Shows what leads to a device: DeviceCapability, Time, EndDevices, Registration, FunctionSetAssignments. */
import type { Client } from '../clients/clients.ts'
import type { DeviceView } from '../clients/device-view.ts'
import { assignmentFields, capabilityFields, endDeviceFields, registrationFields } from '../resources/devices.ts'
import { hrefs } from '../resources/hrefs.ts'
import { timeFields } from '../resources/time.ts'
import { pollRateOf, postRateOf, sharedRateOf, type World } from '../world.ts'
import type { Fields } from '../xml/write.ts'
import type { Read } from './exchange.ts'
import { showList } from './list.ts'
import { present, readDevice } from './owned.ts'
import { programsOfDevice } from './show-programs.ts'

const fieldsOf = (world: World, device: DeviceView): Fields =>
  endDeviceFields(device, world.documents.of(device.deviceId), postRateOf(world, device))

export const showCapability =
  (world: World): Read =>
  ({ client }) => {
    const usagePoints = client.devices.reduce((sum, { deviceId }) => sum + world.documents.of(deviceId).usagePoints.size, 0)
    return { name: 'DeviceCapability', fields: capabilityFields(client, usagePoints, sharedRateOf(world, client)) }
  }

/** The zone of the first program that any of its devices is in. */
function zoneOf(world: World, { devices }: Client): string {
  for (const device of devices)
    for (const { programId } of programsOfDevice(world, device)) {
      const zone = world.clients.program(programId)?.versions.at(-1)?.terms.zone
      if (zone !== undefined) return zone
    }
  return 'UTC'
}

export const showTime =
  (world: World): Read =>
  ({ client }) => ({ name: 'Time', fields: timeFields(world.clock.nowMs(), zoneOf(world, client), sharedRateOf(world, client)) })

export const showEndDevices =
  (world: World): Read =>
  ({ client, query }) => {
    const attributes = { '@href': hrefs.endDevices, '@subscribable': 1, '@pollRate': sharedRateOf(world, client) }
    const members = client.devices.map((device) => ({ fields: fieldsOf(world, device) }))
    return showList({ name: 'EndDeviceList', of: 'EndDevice', attributes, members }, query)
  }

export const showEndDevice = (world: World): Read => readDevice(({ device }) => ({ name: 'EndDevice', fields: fieldsOf(world, device) }))

export const showRegistration = (world: World): Read =>
  readDevice(({ device }) => {
    const pin = present(device.traits.pin)
    return { name: 'Registration', fields: registrationFields(device, pin, pollRateOf(world, device.deviceId)) }
  })

export const showAssignments = (world: World): Read =>
  readDevice(({ device, query }) => {
    const { deviceId } = device
    const attributes = { '@href': hrefs.assignments(deviceId), '@subscribable': 1, '@pollRate': pollRateOf(world, deviceId) }
    const members = [{ fields: assignmentFields(device, programsOfDevice(world, device).length) }]
    return showList({ name: 'FunctionSetAssignmentsList', of: 'FunctionSetAssignments', attributes, members }, query)
  })

export const showAssignment = (world: World): Read =>
  readDevice(({ device }) => ({
    name: 'FunctionSetAssignments',
    fields: assignmentFields(device, programsOfDevice(world, device).length),
  }))
