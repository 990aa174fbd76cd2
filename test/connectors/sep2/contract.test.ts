/** The IEEE 2030.5 connector keeps the contract of connectors, with clients that subscribe and with clients that only poll. */
import { describe } from 'vitest'
import { connectorContract } from '../../contract/connector-contract.ts'
import { sep2, sep2Polling } from '../../contract/sep2.ts'

// At once, for most of a clause is waiting.
describe.concurrent('with Notifications', () => connectorContract(sep2))
describe.concurrent('by polling', () => connectorContract(sep2Polling))
