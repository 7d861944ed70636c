import { ServiceError } from './errors.js'

export function inService(work) {
  try {
    return work()
  } catch (cause) {
    throw new ServiceError('service failed', { cause })
  }
}

export async function inServiceAsync(work) {
  try {
    return await work()
  } catch (cause) {
    throw new ServiceError('service failed', { cause })
  }
}
