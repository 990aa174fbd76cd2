/** WireError says which element of an OpenADR 2.0b message could not be read or written, and why. */

export class WireError extends Error {
  /** Element path without prefixes, e.g. `oadrPayload/oadrSignedObject/oadrPoll/venID`; repeated elements carry `[n]`, counted from 1. */
  readonly path: string
  readonly problem: string

  constructor(path: string, problem: string) {
    const [shortPath, shortProblem] = [shorten(path), shorten(problem)]
    super(`${shortPath}: ${shortProblem}`)
    this.name = 'WireError'
    this.path = shortPath
    this.problem = shortProblem
  }
}

// Both quote the peer's document, which may hold megabytes in one name or value.
const shorten = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text)
