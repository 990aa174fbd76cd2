/** Reads what a request of ClickHouse's HTTP interface asks, and as whom. */
import type { IncomingMessage } from 'node:http'
import { malformed } from './fault.ts'

export interface Asked {
  readonly name: string
  readonly password: string
  readonly queryId: string
  /** The statement as far as it stands in the address; what follows is in the body. */
  readonly query: string
  /** As they come: escaped as in TSV. */
  readonly params: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
  readonly format: string
  readonly wantsCompression: boolean
}

/** Parameters that are no settings of the engine: those of the interface itself, and those of the HTTP layer of a server. */
const OWN = new Set([
  ...['query', 'query_id', 'database', 'user', 'password', 'default_format', 'session_id', 'session_timeout', 'session_check', 'role'],
  ...['compress', 'decompress', 'quota_key', 'client_protocol_version', 'add_http_cors_header', 'stacktrace', 'buffer_size'],
  ...['wait_end_of_query', 'send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'enable_http_compression'],
  ...[
    'http_response_buffer_size',
    'http_zlib_compression_level',
    'http_response_compression_method',
    'cancel_http_readonly_queries_on_client_close',
  ],
])

/** Throws HttpFault naming the parameter that is wrong. */
export function readRequest(request: IncomingMessage): Asked {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const header = (name: string) => String(request.headers[name] ?? '')
  const [basicName, basicPassword] = readBasic(header('authorization'))
  const params: Record<string, string> = {}
  const settings: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (!/^\w+$/.test(name)) throw malformed(`parameter ${JSON.stringify(name)} is neither a setting nor param_name`)
    if (name.startsWith('param_')) params[name.slice('param_'.length)] = value
    else if (!OWN.has(name)) settings[name] = value
  }
  return {
    name: header('x-clickhouse-user') || basicName || (url.searchParams.get('user') ?? ''),
    password: header('x-clickhouse-key') || basicPassword || (url.searchParams.get('password') ?? ''),
    queryId: url.searchParams.get('query_id') ?? '',
    query: url.searchParams.get('query') ?? '',
    params,
    settings,
    format: url.searchParams.get('default_format') ?? (header('x-clickhouse-format') || 'TabSeparated'),
    wantsCompression: url.searchParams.get('enable_http_compression') === '1' && /\bgzip\b/.test(header('accept-encoding')),
  }
}

function readBasic(header: string): readonly [string, string] {
  const [, encoded] = /^Basic (.+)$/.exec(header) ?? []
  const text = Buffer.from(encoded ?? '', 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)]
}
