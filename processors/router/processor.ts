/** Routes intervals to the units that programs settle, keyed by unit. */
import { dispatchDecisions, dispatchOrders, enrollmentState, settlementIntervals, telemetryIntervals } from '../../topics/catalogue.ts'
import { defineProcessor, store, table } from '../runtime/define.ts'
import { keepPrograms, knownProgram, programIn } from '../terms/known-programs.ts'
import { callsIn, keepCalls, keepEvents } from './calls.ts'
import { routeIntervals } from './decide.ts'
import { calledDevice, routedEvent } from './state.ts'

export const router = defineProcessor({
  name: 'router',
  about: 'Routes intervals to devices, meters and resources as enrolled at that time, and says which events had called the contributor.',
  inputs: { intervals: telemetryIntervals, orders: dispatchOrders, decisions: dispatchDecisions },
  outputs: { contributions: settlementIntervals },
  stores: { programs: store(knownProgram), events: store(routedEvent), called: store(calledDevice) },
  tables: { state: table(enrollmentState) },
  urgent: ['orders', 'decisions', 'state'],
  on: {
    orders({ stores, nowMs }, { value }) {
      if (!value) return
      keepPrograms(stores.programs, value)
      keepEvents(stores.events, value, nowMs)
    },
    decisions({ stores, tables }, { value }) {
      if (value) keepCalls(stores, tables.state, value)
    },
    intervals(context, { value }) {
      const device = value && context.tables.state.get(value.deviceId)
      if (!device) return
      const { deviceId } = value
      const routed = routeIntervals(value, {
        device,
        programOf: programIn(context.stores.programs),
        calledIn: (programId, fromMs, untilMs) => callsIn(context.stores, deviceId, programId, fromMs, untilMs),
      })
      // A unit that is the device itself is on the device's partition.
      for (const block of routed) context.emit('contributions', block, block.unitId === deviceId ? { partition: context.partition } : {})
    },
  },
})
