/** Media types with parameters: what must be known to read a body, and what the body does not say of itself. */

/** `application/json; zone="Europe/Berlin"`; values without quotes or backslashes. */
export function mediaType(type: string, parameters: Readonly<Record<string, string | number>>): string {
  return [type, ...Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)].join('; ')
}

/** Undefined where there is none of this name. */
export function parameterOf(contentType: string, name: string): string | undefined {
  return contentType
    .split(';')
    .map((part) => /^\s*([\w-]+)="?([^"]*)"?\s*$/.exec(part))
    .find((found) => found?.[1] === name)?.[2]
}
