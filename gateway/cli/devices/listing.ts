/** Writes the devices that were asked for as they are read: a line each, or one JSON array. */
import type { DeviceOverview } from './overview.ts'
import { describeDevice } from './print.ts'

export interface ListingOptions {
  readonly protocol?: string
  readonly program?: string
  readonly owed?: boolean
  readonly json?: boolean
}

export interface Listing {
  add(devices: readonly DeviceOverview[]): void
  /** Ends the array, or sums up; of the devices written. */
  end(): { readonly devices: number; readonly owing: number }
}

function isAsked({ protocol, programs, owed }: DeviceOverview, options: ListingOptions): boolean {
  if (options.protocol !== undefined && protocol !== options.protocol) return false
  if (options.program !== undefined && !programs.includes(options.program)) return false
  return !options.owed || owed !== null
}

export function createListing(options: ListingOptions, write: (line: string) => void): Listing {
  let devices = 0
  let owing = 0
  return {
    add(some) {
      for (const device of some.filter((one) => isAsked(one, options))) {
        if (options.json) write(`${devices === 0 ? '[' : ','}${JSON.stringify(device)}`)
        else write(describeDevice(device))
        devices += 1
        if (device.owed !== null) owing += 1
      }
    },
    end() {
      if (options.json) write(devices === 0 ? '[]' : ']')
      else write(owing === 0 ? `${devices} devices, no release owed` : `${devices} devices, ${owing} releases owed`)
      return { devices, owing }
    },
  }
}
