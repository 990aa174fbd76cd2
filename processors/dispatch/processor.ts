/** The dispatcher: holds every device's timeline against the events in force, and sends the difference. */
import { defineProcessor } from '../runtime/define.ts'
import { beginCounts, isCounting, workOnCount } from './capacity-count.ts'
import type { Renderers } from './decider.ts'
import { onDeviceChange } from './device-changes.ts'
import { takeOrder } from './orders.ts'
import { hasPass, workOnPass } from './passes.ts'
import { inputs, outputs, stores, tables } from './ports.ts'
import { wakeUp } from './wake-ups.ts'

/** The dispatcher, with the renderers of the protocols that exist. */
export const createDispatcher = (renderers: Renderers) =>
  defineProcessor({
    name: 'dispatcher',
    about: 'Plans the timeline of every device and writes commands and decisions.',
    inputs,
    outputs,
    stores,
    tables,
    urgent: ['order'],
    on: {
      order: takeOrder,
    },
    onTable: {
      devices: (context, { value, offset }, previous) => onDeviceChange(context, { device: value, previous, offset }, renderers),
    },
    onTick: (context) => {
      wakeUp(context)
      beginCounts(context)
    },
    work: (context, budget) => {
      if (hasPass(context)) workOnPass(context, budget, renderers)
      else workOnCount(context, budget)
      return hasPass(context) || isCounting(context)
    },
  })
