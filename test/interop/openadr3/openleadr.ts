/** Runs the VTN of the crate openleadr-vtn, which others wrote: 0.1.4 speaks OpenADR 3.0, 0.2.8 speaks 3.1. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import type { Revision } from '../../../gateway/openadr3/revision.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort, isOpen } from '../../support/ports.ts'
import { missing, postgres, vtns } from '../peers.mjs'
import { type Postgres, startPostgres } from './postgres.ts'

/** 0.1.4 listens on this port and no other. */
const PORT_30 = 3000

/** Why the peer cannot run here, or undefined where it can. */
export async function peerMissing(revision: Revision): Promise<string | undefined> {
  if (revision === '3.0' && (await isOpen(PORT_30))) return `port ${PORT_30}, which the peer insists on, is taken`
  return missing(vtns[revision]) ?? missing(postgres)
}

const base64url = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')

function sign(secret: Buffer, claims: object): string {
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

const businessClaims: Readonly<Record<Revision, object>> = {
  '3.0': { roles: [{ role: 'AnyBusiness' }, { role: 'UserManager' }, { role: 'VenManager' }] },
  '3.1': { scope: 'read_all write_programs write_events write_users write_vens_bl write_subscriptions_bl' },
}

export interface Peer {
  readonly url: string
  /** Speaks as the utility does. Rejects, with the answer, unless it is 2xx. */
  business<T>(method: string, path: string, body?: object): Promise<T>
  stop(): Promise<void>
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

function spawnVtn(revision: Revision, port: number, database: Postgres, secret: Buffer): ChildProcess {
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    OAUTH_BASE64_SECRET: secret.toString('base64'),
    OAUTH_TOKEN_URL: `http://127.0.0.1:${port}/auth/token`,
    PORT: String(port),
  }
  return spawn(vtns[revision].program, [], { env, stdio: 'ignore' })
}

export async function startPeer(revision: Revision): Promise<Peer> {
  const database = await startPostgres()
  const secret = randomBytes(32)
  const port = revision === '3.0' ? PORT_30 : await freePort()
  const child = spawnVtn(revision, port, database, secret)
  const url = `http://127.0.0.1:${port}/`
  await eventually('the VTN answers', async () => (await fetch(`${url}health`).catch(() => undefined))?.ok ?? false)
  const hourS = Math.floor(Date.now() / 1000) + 3600
  const token = sign(secret, { sub: 'business', exp: hourS, iat: hourS - 3600, nbf: hourS - 3600, ...businessClaims[revision] })
  return {
    url,
    async business<T>(method: string, path: string, body?: object): Promise<T> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await fetch(`${url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return JSON.parse(text) as T
    },
    async stop() {
      await ended(child)
      await database.stop()
    },
  }
}

/** Makes a client that may do what a VEN may do, by the VTN's own user management. */
export async function addVenClient(peer: Peer, revision: Revision, venName: string) {
  const credentials = { clientId: `${venName}-client`, clientSecret: `${venName}-secret` }
  const roles = async () => {
    const ven = await peer.business<{ id: string }>('POST', 'vens', { objectType: 'VEN', venName })
    return { roles: [{ role: 'VEN', id: ven.id }] }
  }
  const rights =
    revision === '3.0'
      ? await roles()
      : { scope: ['read_targets', 'read_ven_objects', 'write_reports', 'write_subscriptions', 'write_vens'] }
  const user = await peer.business<{ id: string }>('POST', 'users', { reference: venName, ...rights })
  await peer.business('POST', `users/${user.id}`, { client_id: credentials.clientId, client_secret: credentials.clientSecret })
  return credentials
}
