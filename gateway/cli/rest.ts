/** Calls Drover's own REST interface as an operator. */
import { readTokens } from '../rest/tokens.ts'
import type { Session } from './session.ts'

/** The answer's JSON. Throws with the problem's title and detail (RFC 9457) when the answer is one. */
export async function callRest(
  session: Session,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { restUrl, tokensFile } = session.environment().stack
  const operator = readTokens(tokensFile).find(({ scope }) => scope === 'operator')
  if (!operator) throw new Error(`${tokensFile}: has no token of scope operator`)
  const response = await fetch(`${restUrl}${path}`, {
    method,
    signal: session.signal,
    headers: { authorization: `Bearer ${operator.token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw new Error(`nobody answers at ${restUrl} (${error.message}); is Drover running (npm run up)?`)
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (response.ok) return answer
  throw new Error(
    [answer.title, answer.detail, ...(Array.isArray(answer.faults) ? answer.faults : [])]
      .filter((words) => words !== undefined)
      .join('\n  '),
  )
}
