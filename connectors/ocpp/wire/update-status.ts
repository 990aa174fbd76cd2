/** How stations tell of updates and logs: FirmwareStatusEnumType and UploadLogStatusEnumType, which 1.6 took over from 2.0 (security whitepaper, edition 3, §5). */
import { z } from 'zod'

export const firmwareStatus = z.enum([
  'Downloaded',
  'DownloadFailed',
  'Downloading',
  'DownloadScheduled',
  'DownloadPaused',
  'Idle',
  'InstallationFailed',
  'Installing',
  'Installed',
  'InstallRebooting',
  'InstallScheduled',
  'InstallVerificationFailed',
  'InvalidSignature',
  'SignatureVerified',
])

export const uploadLogStatus = z.enum([
  'BadMessage',
  'Idle',
  'NotSupportedOperation',
  'PermissionDenied',
  'Uploaded',
  'UploadFailure',
  'Uploading',
])
