/** What the outcomes processor reads, writes and remembers. */
import { deviceAcks, devicePresence, dispatchCommands, dispatchDelivery, dispatchOutcomes } from '../../topics/catalogue.ts'
import { type Context, store, table } from '../runtime/define.ts'
import { owedRelease } from './debts.ts'
import { deliverySum } from './delivery.ts'
import { sweep } from './sweep.ts'
import { deviceCommands } from './tracked.ts'

export const inputs = { ...dispatchCommands, ack: deviceAcks }
export const outputs = { outcome: dispatchOutcomes, delivery: dispatchDelivery }
export const stores = { devices: store(deviceCommands), delivery: store(deliverySum), debts: store(owedRelease), sweep: store(sweep) }
export const tables = { presence: table(devicePresence) }

export type OutcomeContext = Context<typeof outputs, typeof stores, typeof tables, unknown>
