import { once } from 'node:events'
import { connect } from 'node:net'

const orders = 1000

/** Creates clients of a local service, one for each connection, which they keep open. */
export function createClients(port, connections) {
  const sockets = []
  return {
    /** Sends GET requests with different values for `:id` in the path, one after another on each connection. */
    send: async (path, count) => {
      let left = count
      const next = () => {
        left -= 1
        return left < 0 ? undefined : requestFor(path, left % orders)
      }
      const run = async (index) => {
        if (sockets[index]?.writable !== true) sockets[index] = await open(port)
        await sendAll(sockets[index], next)
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

/** Sends requests until `next` returns none, each after the complete response to the previous one. */
function sendAll(socket, next) {
  return new Promise((resolve, reject) => {
    let received = ''
    const send = () => {
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
      if (!isComplete(received)) return
      received = ''
      send()
    }
    const fail = () => reject(new Error('The service closed a connection'))
    socket.on('data', take).on('close', fail)
    send()
  })
}

function isComplete(received) {
  const end = received.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(received)?.[1]
  if (end < 0) return false
  return length === undefined
    ? received.endsWith('0\r\n\r\n')
    : received.length >= end + 4 + Number(length)
}
