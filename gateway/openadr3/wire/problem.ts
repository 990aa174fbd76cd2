/** Says in words what an answer that is not 2xx means (RFC 9457 problem+json, as openadr3.yaml has it), and when to come back. */
import { z } from 'zod'
import type { RawAnswer } from './exchange.ts'

const problem = z.object({ title: z.string().optional(), detail: z.string().optional(), error: z.string().optional() })

const LONGEST = 300

/** `409 Conflict: a report of this name exists`; the status alone where the body is no problem document. */
export function inWords({ status, body }: RawAnswer): string {
  let words: string[] = []
  try {
    const { title, detail, error } = problem.parse(JSON.parse(Buffer.from(body).toString('utf8')))
    words = [title, detail, error].filter((part) => part !== undefined && part !== '') as string[]
  } catch {
    // Anything may stand in front of a VTN, and answer in its stead.
  }
  return [String(status), words.join(': ')].join(' ').trim().slice(0, LONGEST)
}

/** RFC 9110 10.2.3, in real ms from the answer on, by the VTN's own clock; 0 where the answer names none. */
export function retryAfterMs({ headers }: RawAnswer): number {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const waitMs = Date.parse(text) - Date.parse(headers.date ?? '')
  return Number.isNaN(waitMs) ? 0 : Math.max(0, waitMs)
}
