/** What one vendor's adapter is: how it identifies us, what it declares, and what it knows of control and telemetry. Pure throughout. */
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import type { Control, Sight } from './control/control.ts'
import type { Credential } from './credentials/credential.ts'
import type { CloudDeclaration } from './declaration.ts'
import type { Identity } from './line/call.ts'
import type { CloudTelemetry } from './polling/telemetry.ts'

export interface CloudAdapter {
  /** As devices and credentials name it. */
  readonly vendor: string
  /** Equal attributes declare the same; devices of one credential declare the same quotas. */
  declare(attributes: DeviceAttributes): CloudDeclaration
  /** `token`: the access token, where the credential is no plain key. */
  identify(credential: Credential, token: string | undefined): Identity
  /** What an answer of 5xx says, where the vendor puts its refusals into such; undefined: nothing. */
  readRefusal?(json: unknown): 'refused' | 'unauthorised' | undefined
  /** Absent where the vendor takes no commands. */
  readonly control?: Control
  readonly telemetry: CloudTelemetry
  /** What a message of the vendor, as it stands on the log, shows of a device; absent where vendors send none. */
  readMessage?(raw: RawTelemetry): Sight | undefined
}
