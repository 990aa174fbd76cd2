/** The thermostat connector keeps what every connector keeps, also where only a set-point can be moved. */
import { connectorContract } from '../../contract/connector-contract.ts'
import { thermostatSetpoints } from '../../contract/thermostat-setpoints.ts'

connectorContract(thermostatSetpoints)
