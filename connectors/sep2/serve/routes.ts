/** Finds the resource of a path. */
import { Refusal } from '../refusal.ts'
import type { Methods } from './exchange.ts'

export interface Route {
  readonly parts: readonly string[]
  readonly methods: Methods
}

/** A part that begins with a colon is a parameter: `/edev/:device/rg`. */
export const route = (pattern: string, methods: Methods): Route => ({ parts: pattern.split('/').slice(1), methods })

export interface Found {
  readonly methods: Methods
  readonly params: Readonly<Record<string, string>>
}

/** Throws a Refusal with 404 where there is none. */
export function findRoute(routes: readonly Route[], path: string): Found {
  const parts = decode(path)
  for (const { parts: pattern, methods } of routes) {
    const params = match(pattern, parts)
    if (params) return { methods, params }
  }
  throw notFound()
}

export const notFound = (): Refusal => new Refusal('there is no such resource', { status: 404 })

function decode(path: string): readonly string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    throw notFound()
  }
}

function match(pattern: readonly string[], parts: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (expected.startsWith(':')) params[expected.slice(1)] = part
    else if (expected !== part) return undefined
  }
  return params
}
