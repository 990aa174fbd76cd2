/** The authority of one machine: what it makes once, what it issues, and what it takes back. */
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Crl } from '@peculiar/x509'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify, ensureSep2Settings, revoke } from '../../../gateway/sep2/local-authority.ts'
import { readSep2Settings } from '../../../gateway/sep2/settings.ts'

let folder: string
const settingsFile = () => join(folder, 'sep2', 'settings.json')
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sep2-'))
  await ensureSep2Settings(settingsFile(), ['127.0.0.1', 'drover.local'])
})
afterEach(() => rmSync(folder, { recursive: true }))

test('is made once, for its owner only, with a server certificate for the hosts', async () => {
  const { certFile, caFile, caKeyFile, pollRateS } = readSep2Settings(settingsFile())
  const [server, ca] = [certFile, caFile].map((file) => new X509Certificate(readFileSync(file)))
  expect(server?.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(server?.checkHost('drover.local')).toBe('drover.local')
  expect(server?.checkIssued(ca as X509Certificate)).toBe(true)
  expect(pollRateS).toBe(300)
  expect(statSync(caKeyFile ?? '').mode & 0o077).toBe(0)
  await ensureSep2Settings(settingsFile(), ['elsewhere'])
  expect(new X509Certificate(readFileSync(certFile)).fingerprint256).toBe(server?.fingerprint256)
})

test('issues a certificate for a device once, and tells its LFDI as OpenSSL tells the fingerprint', async () => {
  const clients = join(folder, 'clients')
  const { certFile, keyFile, lfdi, sfdi } = await certify(settingsFile(), 'B/1, O=none', clients)
  const cert = new X509Certificate(readFileSync(certFile))
  expect(cert.subject).toBe('CN=B/1\\, O=none')
  expect(cert.fingerprint256.replaceAll(':', '').startsWith(lfdi)).toBe(true)
  expect(String(sfdi)).toMatch(/^\d{2,12}$/)
  expect(statSync(keyFile).mode & 0o077).toBe(0)
  await expect(certify(settingsFile(), 'B/1, O=none', clients)).rejects.toThrow('B%2F1%2C%20O%3Dnone.crt.pem: exists')
})

test('takes back more and more, and nothing that is none', async () => {
  const { crlFile } = readSep2Settings(settingsFile())
  const serialOf = (file: string) => new X509Certificate(readFileSync(file)).serialNumber.toLowerCase()
  const listed = () => new X509Crl(readFileSync(crlFile ?? '', 'utf8')).entries.map(({ serialNumber }) => serialNumber).sort()
  const first = await certify(settingsFile(), 'A', folder)
  const second = await certify(settingsFile(), 'B', folder)
  expect(listed()).toEqual([])
  expect(await revoke(settingsFile(), first.certFile)).toEqual([first.lfdi])
  expect(listed()).toEqual([serialOf(first.certFile)])
  for (const { certFile } of [second, first]) await revoke(settingsFile(), certFile)
  expect(listed()).toEqual([first, second].map(({ certFile }) => serialOf(certFile)).sort())
  await expect(revoke(settingsFile(), first.keyFile)).rejects.toThrow('holds no certificate')
})

test('settings that are not sound are refused by file and field; without its key nothing is issued', async () => {
  const sound = JSON.parse(readFileSync(settingsFile(), 'utf8')) as Record<string, unknown>
  writeFileSync(settingsFile(), JSON.stringify({ ...sound, caKeyFile: undefined }))
  await expect(certify(settingsFile(), 'B', folder)).rejects.toThrow('names no caKeyFile')
  writeFileSync(settingsFile(), JSON.stringify({ ...sound, pollRateS: 1 }))
  expect(() => readSep2Settings(settingsFile())).toThrow(/settings\.json: [\s\S]*pollRateS/)
})
