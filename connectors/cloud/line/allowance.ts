/** How many calls a credential may still make, for what: releases may use all of each quota, commands all but their share, telemetry the least. */
import type { CloudDeclaration, Quota } from '../declaration.ts'
import { type CallWindow, createWindow } from './window.ts'

/** What a call is for, the most urgent first. `watch` looks whether what was accepted holds. */
export type Purpose = 'release' | 'command' | 'watch' | 'poll'
export const PURPOSES: readonly Purpose[] = ['release', 'command', 'watch', 'poll']

export interface Allowance {
  /** When a call for this purpose may be made, epoch ms UTC; `nowMs` = now. `sites`: those that it is about. */
  roomAtMs(purpose: Purpose, nowMs: number, sites?: readonly string[]): number
  note(nowMs: number, sites?: readonly string[], calls?: number): void
  /** When so many more calls for this purpose will have been made at best, epoch ms UTC. */
  doneAtMs(purpose: Purpose, calls: number, nowMs: number): number
}

const PERMILLE = 1000
/** Sites not heard of for so many others are forgotten. */
const MOST_SITES = 100_000

interface Limited {
  readonly quota: Quota
  readonly window: CallWindow
}

/** `share`: the part of the credential's quota that is this node's, 0 to 1; nodes divide it as they divide the devices. */
export function createAllowance(declaration: CloudDeclaration, share: () => number): Allowance {
  const { quotas, siteQuota, releasePermille, pollPermille } = declaration
  const limited: readonly Limited[] = quotas.map((quota) => ({ quota, window: createWindow(quota) }))
  const bySite = new Map<string, CallWindow>()

  function mostOf(purpose: Purpose, { calls }: Quota): number {
    const ours = calls * share()
    if (purpose === 'release') return Math.max(1, Math.floor(ours))
    const permille = purpose === 'poll' ? Math.min(pollPermille, PERMILLE - releasePermille) : PERMILLE - releasePermille
    return Math.max(1, Math.floor((ours * permille) / PERMILLE))
  }

  function windowOf(site: string, quota: Quota): CallWindow {
    const known = bySite.get(site) ?? createWindow(quota)
    bySite.delete(site)
    bySite.set(site, known)
    for (const oldest of bySite.keys()) if (bySite.size > MOST_SITES) bySite.delete(oldest)
    return known
  }

  return {
    roomAtMs(purpose, nowMs, sites = []) {
      const ofCredential = limited.map(({ quota, window }) => window.roomAtMs(mostOf(purpose, quota), nowMs))
      const ofSites = siteQuota ? sites.map((site) => windowOf(site, siteQuota).roomAtMs(siteQuota.calls, nowMs)) : []
      return Math.max(nowMs, ...ofCredential, ...ofSites)
    },
    note(nowMs, sites = [], calls = 1) {
      for (const { window } of limited) window.note(nowMs, calls)
      if (siteQuota) for (const site of sites) windowOf(site, siteQuota).note(nowMs, calls)
    },
    doneAtMs(purpose, calls, nowMs) {
      const each = limited.map(({ quota, window }) => {
        const most = mostOf(purpose, quota)
        const over = calls - Math.max(0, most - window.used(nowMs))
        if (over <= 0) return nowMs
        return window.roomAtMs(most, nowMs) + Math.floor((over - 1) / most) * quota.windowS * 1000
      })
      return Math.max(nowMs, ...each)
    },
  }
}
