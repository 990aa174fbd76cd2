/** The loopback connector keeps the contract of connectors. */
import { connectorContract } from '../../contract/connector-contract.ts'
import { loopback } from '../../contract/loopback.ts'

connectorContract(loopback)
