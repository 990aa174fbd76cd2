/** The thermostat connector keeps what every connector keeps. */
import { connectorContract } from '../../contract/connector-contract.ts'
import { thermostat } from '../../contract/thermostat.ts'

connectorContract(thermostat)
