/** A request as handlers see it, and what they answer. */
import type { Client } from '../clients/clients.ts'
import type { DeviceView } from '../clients/device-view.ts'
import type { Fields } from '../xml/write.ts'

export interface Exchange {
  readonly client: Client
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Empty where the method has none. */
  readonly body: Buffer
  /** Epoch ms UTC. */
  readonly receivedMs: number
}

/** A resource: the name of its root and what is in it. */
export interface Shown {
  readonly name: string
  readonly fields: Fields
  /** Called once the client has got it. */
  readonly onGot?: () => void
}

export interface Answer {
  readonly status: 200 | 201 | 204
  readonly shown?: Shown
  readonly location?: string
}

export type Read = (exchange: Exchange) => Shown
export type Write = (exchange: Exchange) => Promise<Answer>

/** What a resource can be asked; a HEAD is a GET without a body. */
export interface Methods {
  readonly GET?: Read
  readonly POST?: Write
  readonly PUT?: Write
  readonly DELETE?: Write
}
export type Method = keyof Methods

/** An exchange about a device of the client. */
export type DeviceExchange = Exchange & { readonly device: DeviceView }
