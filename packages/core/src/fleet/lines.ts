import { Socket } from 'node:net'

/** A longer line is not one of ours, in characters. */
const maxLine = 1_000_000
/** Whoever does not read for so long is disconnected, in milliseconds. */
const maxUnreadMs = 5000

/** Connects to a socket. A permission model throws where the system answers: the socket ends with that as well. */
export function connectTo(address: string): Socket {
  const socket = new Socket()
  try {
    return socket.connect(address)
  } catch (error) {
    return socket.destroy(error as Error)
  }
}

/** Calls back with each line of JSON that a socket receives. One that receives anything else is disconnected. */
export function readLines(socket: Socket, onMessage: (message: unknown) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    try {
      for (const line of lines) onMessage(JSON.parse(line))
    } catch (error) {
      socket.destroy(error as Error)
    }
    if (rest.length > maxLine) socket.destroy(new Error('a line is too long'))
  })
}

/** Writes one line of JSON. */
export function writeLine(socket: Socket, message: object): void {
  if (socket.destroyed) return
  if (socket.write(`${JSON.stringify(message)}\n`) || socket.timeout !== undefined) return
  const giveUp = (): void => void socket.destroy(new Error('it does not read'))
  socket.setTimeout(maxUnreadMs, giveUp)
  socket.once('drain', () => {
    socket.setTimeout(0)
    socket.off('timeout', giveUp)
  })
}
