import { connect } from 'node:net'

const connections = 16

/** Sends GET requests to a port of this machine, one after another on each of some connections. */
export async function load(port, { path, count }) {
  const request = `GET ${path}?page=2 HTTP/1.1\r\nhost: shop.example\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\naccept: */*\r\n\r\n`
  let left = count
  const run = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      const next = () => {
        left -= 1
        if (left < 0) resolve(socket.destroy())
        else socket.write(request)
      }
      let received = ''
      socket.setEncoding('latin1')
      socket.on('connect', next)
      socket.on('error', reject)
      socket.on('data', (part) => {
        received += part
        if (!isWhole(received)) return
        received = ''
        next()
      })
    })
  await Promise.all(Array.from({ length: connections }, run))
}

function isWhole(received) {
  const end = received.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(received)?.[1]
  if (end < 0) return false
  return length === undefined
    ? received.endsWith('0\r\n\r\n')
    : received.length >= end + 4 + Number(length)
}
