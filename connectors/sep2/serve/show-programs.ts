/** Shows a device's DERPrograms and their controls. */
import { type DeviceView, type ProgramView, programsOf } from '../clients/device-view.ts'
import { isListed, type ShownControl } from '../controls/shown.ts'
import { controlFields, controlMembers, defaultControlFields, isActive, listedControls, programFields } from '../resources/controls.ts'
import { hrefs } from '../resources/hrefs.ts'
import { pollRateOf, secondsNow, type World } from '../world.ts'
import type { DeviceExchange, Read, Shown } from './exchange.ts'
import { showList } from './list.ts'
import { present, readDevice } from './owned.ts'

/** Those that the device is in, and those that it has left but for a control that the list still shows. */
export function programsOfDevice(world: World, device: DeviceView): readonly ProgramView[] {
  const nowS = secondsNow(world)
  const listed = world.book.of(device.deviceId).controls.filter((control) => isListed(control, nowS))
  const left = listed.map(({ programId }) => programId)
  return programsOf(device, left, world.clients.program, world.clock.nowMs())
}

const programOf = (world: World, { device, params }: DeviceExchange): ProgramView =>
  present(programsOfDevice(world, device).find(({ programId }) => programId === params.program))

/** A client that has got the last page of a list knows all that the list shows. What it got as ended already it never followed. */
function noteGot(world: World, deviceId: string, page: Shown, query: URLSearchParams): Shown {
  const { seq, controls } = world.book.of(deviceId)
  const ended = new Set(controls.filter((control) => control.ended).map(({ mRID }) => mRID))
  const { '@all': all, '@results': results, DERControl: members = [] } = page.fields
  const mRIDs = (members as readonly { readonly mRID: string }[]).map(({ mRID }) => mRID).filter((mRID) => !ended.has(mRID))
  const whole = Number(query.get('s') ?? 0) + Number(results) >= Number(all)
  return { ...page, onGot: () => world.port.onRead(deviceId, { mRIDs, seq, whole }) }
}

export const showPrograms = (world: World): Read =>
  readDevice(({ device, query }) => {
    const { deviceId } = device
    const { controls } = world.book.of(deviceId)
    const programs = programsOfDevice(world, device)
    const members = programs.map((program) => ({ fields: programFields(deviceId, program, controls, secondsNow(world)) }))
    const attributes = { '@href': hrefs.programs(deviceId), '@subscribable': 1, '@pollRate': pollRateOf(world, deviceId) }
    const page = showList({ name: 'DERProgramList', of: 'DERProgram', attributes, members }, query)
    // Without a program there is no list of controls to be read.
    return programs.length === 0 ? noteGot(world, deviceId, page, query) : page
  })

export const showProgram = (world: World): Read =>
  readDevice((exchange) => {
    const { deviceId } = exchange.device
    const { controls } = world.book.of(deviceId)
    return { name: 'DERProgram', fields: programFields(deviceId, programOf(world, exchange), controls, secondsNow(world)) }
  })

type PathOf = (deviceId: string, programId: string) => string

const controlList =
  (pathOf: PathOf, isWanted: (control: ShownControl, nowS: number) => boolean) =>
  (world: World): Read =>
    readDevice((exchange) => {
      const { device, query } = exchange
      const { deviceId } = device
      const nowS = secondsNow(world)
      const { programId } = programOf(world, exchange)
      const wanted = listedControls(world.book.of(deviceId).controls, programId, nowS).filter((control) => isWanted(control, nowS))
      const attributes = { '@href': pathOf(deviceId, programId), '@subscribable': 1 }
      const members = controlMembers(deviceId, wanted, nowS)
      return noteGot(world, deviceId, showList({ name: 'DERControlList', of: 'DERControl', attributes, members }, query), query)
    })

export const showControls = controlList(hrefs.controls, () => true)
export const showActiveControls = controlList(hrefs.activeControls, isActive)

export const showControl = (world: World): Read =>
  readDevice(({ device, params }) => {
    const nowS = secondsNow(world)
    const control = present(world.book.find(device.deviceId, (params.control ?? '').toUpperCase()))
    return { name: 'DERControl', fields: controlFields(device.deviceId, present(isListed(control, nowS) ? control : undefined), nowS) }
  })

export const showDefaultControl = (world: World): Read =>
  readDevice((exchange) => ({
    name: 'DefaultDERControl',
    fields: defaultControlFields(exchange.device.deviceId, programOf(world, exchange)),
  }))
