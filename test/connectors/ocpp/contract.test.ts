/** The OCPP 1.6J connector keeps the contract of connectors. */
import { connectorContract } from '../../contract/connector-contract.ts'
import { ocpp } from '../../contract/ocpp.ts'

connectorContract(ocpp)
