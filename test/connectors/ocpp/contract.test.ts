/** The OCPP connector keeps the contract of connectors, in each version. */
import { connectorContract } from '../../contract/connector-contract.ts'
import { ocpp } from '../../contract/ocpp.ts'
import { ocpp201 } from '../../contract/ocpp201.ts'

connectorContract(ocpp)
connectorContract(ocpp201)
