/** `drover devices certify` and `drover devices revoke`: certificates of clients of IEEE 2030.5, from the authority of this machine. */
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { certify, revoke } from '../../sep2/local-authority.ts'
import type { Session } from '../session.ts'

export function addCertificateCommands(devices: Command, session: Session): void {
  devices
    .command('certify <device>')
    .description('issue a client certificate of IEEE 2030.5 for a device or an aggregator, and tell its LFDI and SFDI')
    .option('--into <folder>', 'where certificate and key are written; by default `clients` beside the settings')
    .action(async (deviceId: string, { into }: { into?: string }) => {
      const { sep2File } = session.environment().stack
      const { certFile, keyFile, caFile, lfdi, sfdi } = await certify(sep2File, deviceId, into ?? join(dirname(sep2File), 'clients'))
      console.log(`LFDI  ${lfdi}\nSFDI  ${sfdi}\ncert  ${certFile}\nkey   ${keyFile}\nca    ${caFile}`)
      console.log(`enroll it with extra.lfdi = ${lfdi}, or an aggregator’s devices with extra.aggregatorLfdi`)
    })
  devices
    .command('revoke <file>')
    .description('take the client certificates of a file back; the server believes them no more within seconds')
    .action(async (file: string) => {
      for (const lfdi of await revoke(session.environment().stack.sep2File, file)) console.log(`revoked ${lfdi}`)
    })
}
