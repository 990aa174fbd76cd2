/** Folders of credentials for tests, as an operator would make them. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Credential } from '../../connectors/cloud/credentials/credential.ts'

export const CLIENT_SECRET = 'client-secret-1'
export const API_KEY = 'api-key-1'
export const WEBHOOK_SECRET = 'a secret for the webhook'

/** A folder with these entries, by name. */
export function credentialsDir(entries: Readonly<Record<string, Credential>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'drover-credentials-'))
  for (const [name, credential] of Object.entries(entries)) writeCredential(folder, name, credential)
  return folder
}

export function writeCredential(folder: string, name: string, credential: unknown, mode = 0o600): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(credential), { mode })
}

/** An owner's consent, as it is written down first: no access token yet. */
export function refreshing(vendor: string, baseUrl: string, refreshToken: string): Credential {
  const identity = {
    kind: 'refreshToken',
    tokenUrl: `${baseUrl}/token`,
    clientId: 'client-1',
    clientSecret: CLIENT_SECRET,
    refreshToken,
  } as const
  return { vendor, baseUrl, identity: { ...identity, apiKey: API_KEY }, webhookSecret: WEBHOOK_SECRET }
}

export const keyed = (vendor: string, baseUrl: string): Credential => ({ vendor, baseUrl, identity: { kind: 'apiKey', apiKey: API_KEY } })
