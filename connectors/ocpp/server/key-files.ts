/** Keys, certificates and revocations of a TLS listener, in files that may be replaced while it runs. */
import { readFileSync, statSync } from 'node:fs'

export type KeyFiles = {
  /** Ours with its chain, and its key: PEM. */
  certFile: string
  keyFile: string
  passphraseFile?: string
  /** The authorities that sign stations' certificates, PEM. */
  caFile?: string
  /** Revocations by those authorities, PEM; one that is past its nextUpdate refuses everybody. */
  crlFile?: string
}

export type KeyMaterial = { cert: string; key: string; passphrase?: string; ca?: string; crl?: string }

/** Throws naming the file that cannot be read. */
export function readKeys({ certFile, keyFile, passphraseFile, caFile, crlFile }: KeyFiles): KeyMaterial {
  return {
    cert: text(certFile),
    key: text(keyFile),
    ...(passphraseFile === undefined ? {} : { passphrase: text(passphraseFile).trim() }),
    ...(caFile === undefined ? {} : { ca: text(caFile) }),
    ...(crlFile === undefined ? {} : { crl: text(crlFile) }),
  }
}

/** Differs when a file was replaced. */
export function stateOf(files: KeyFiles): string {
  return Object.values(files)
    .map((file) => `${statSync(file).mtimeMs}:${statSync(file).size}`)
    .join()
}

const text = (file: string): string => readFileSync(file, 'utf8')
