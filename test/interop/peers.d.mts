/** What tests see of the programs of others (peers.mjs, which set-up runs before there are packages). */
import type { Revision } from '../../gateway/openadr3/revision.ts'

export interface Peer {
  /** With its version. */
  readonly name: string
  readonly program: string
}

export const openleadr: Peer
export const envoySchema: Peer
export const prism: Peer
export const postgres: Peer
export const vtns: Readonly<Record<Revision, Peer>>

/** Why a peer cannot run here, or undefined where it can. */
export function missing(peer: Peer): string | undefined
