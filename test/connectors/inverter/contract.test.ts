/** The inverter connector keeps what every connector keeps. */
import { connectorContract } from '../../contract/connector-contract.ts'
import { inverter } from '../../contract/inverter.ts'

connectorContract(inverter)
