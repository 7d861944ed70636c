import { once } from 'node:events'
import { connect } from 'node:net'

/** Of which a request asks for one. */
const orders = 1000

/** As many clients of a service on a port of this machine as there are to be connections, which they keep. */
export function createClients(port, connections) {
  const sockets = []
  return {
    /** Sends GET requests, each for another `:id` of the path: on each connection one after another. */
    send: async (path, count) => {
      let left = count
      const next = () => {
        left -= 1
        return left < 0 ? undefined : requestFor(path, left % orders)
      }
      const run = async (index) => {
        if (sockets[index]?.writable !== true) sockets[index] = await open(port)
        await converse(sockets[index], next)
      }
      await Promise.all(Array.from({ length: connections }, (_, index) => run(index)))
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function open(port) {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay()
  await once(socket, 'connect')
  return socket
}

function requestFor(path, id) {
  return `GET ${path.replace(':id', String(id))}?page=2 HTTP/1.1\r\nhost: shop.example\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\naccept: */*\r\n\r\n`
}

/** Asks and waits for the whole answer until nothing is left to ask. */
function converse(socket, next) {
  return new Promise((resolve, reject) => {
    let received = ''
    const ask = () => {
      const request = next()
      if (request !== undefined) {
        socket.write(request)
        return
      }
      socket.off('data', take).off('close', fail)
      resolve()
    }
    const take = (part) => {
      received += part
      if (!isWhole(received)) return
      received = ''
      ask()
    }
    const fail = () => reject(new Error('The service closed a connection'))
    socket.on('data', take).on('close', fail)
    ask()
  })
}

function isWhole(received) {
  const end = received.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(received)?.[1]
  if (end < 0) return false
  return length === undefined
    ? received.endsWith('0\r\n\r\n')
    : received.length >= end + 4 + Number(length)
}
