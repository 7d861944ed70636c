// Text only, and by textContent alone: what a message says is a stranger's.
const messages = new Map()
const view = { channels: [], channel: undefined, thread: undefined }
const byId = (id) => document.getElementById(id)

const source = new EventSource('/_inbox/events')
source.addEventListener('message', ({ data }) => {
  apply(JSON.parse(data))
  render()
})
source.addEventListener('error', () => {
  byId('state').textContent = 'The inbox does not answer. Trying again …'
})

function apply(event) {
  if (event.kind === 'snapshot') begin(event)
  else if (event.kind === 'cleared') messages.clear()
  else if (event.kind === 'deleted') messages.delete(event.message.ts)
  else show(event.message)
}

function begin(snapshot) {
  messages.clear()
  view.channels = snapshot.channels
  for (const message of snapshot.messages) show(message)
  view.channel ??= linkedChannel() ?? snapshot.messages.at(-1)?.channel ?? snapshot.channels[0]?.id
}

function show(message) {
  messages.set(message.ts, message)
  if (!view.channels.some((each) => each.id === message.channel))
    view.channels.push({ id: message.channel, name: message.channelName })
}

/** A permalink names the channel: /archives/C…/p… */
function linkedChannel() {
  return /^\/archives\/(\w+)/.exec(location.pathname)?.[1]
}

function render() {
  const all = [...messages.values()]
  const here = all.filter(
    (each) => each.channel === view.channel && (!each.isReply || each.isBroadcast),
  )
  byId('channels').replaceChildren(...view.channels.map((channel) => channelItem(channel, all)))
  byId('state').textContent = here.length === 0 ? 'No messages here yet.' : ''
  byId('messages').replaceChildren(...here.map((message) => messageItem(message, all)))
  const inThread = all.filter((each) => each.ts === view.thread || each.threadTs === view.thread)
  byId('thread').hidden = view.thread === undefined || inThread.length === 0
  byId('replies').replaceChildren(...inThread.map((message) => messageItem(message, undefined)))
}

function channelItem(channel, all) {
  const count = all.filter((each) => each.channel === channel.id).length
  const button = element('button', 'channel', `# ${channel.name} (${count})`)
  button.setAttribute('aria-current', String(channel.id === view.channel))
  button.addEventListener('click', () => {
    view.channel = channel.id
    view.thread = undefined
    render()
  })
  return item(button)
}

function messageItem(message, all) {
  const time = new Date(Number(message.ts) * 1000).toLocaleTimeString()
  const marks = [
    message.editCount > 0 ? `edited ${message.editCount}×` : '',
    message.isBroadcast ? 'also sent to the channel' : '',
  ]
  const head = element('p', 'head', [message.username, time, ...marks].filter(Boolean).join(' · '))
  const parts = [head, element('p', 'text', message.text)]
  const blocks = blockText([message.blocks, message.attachments])
  if (blocks !== '') parts.push(element('pre', 'blocks', blocks))
  const replies = all?.filter((each) => each.isReply && each.threadTs === message.ts).length ?? 0
  if (replies > 0) parts.push(threadButton(message, replies))
  return item(...parts)
}

function threadButton(message, replies) {
  const button = element('button', 'replies', replies === 1 ? '1 reply' : `${replies} replies`)
  button.addEventListener('click', () => {
    view.thread = message.ts
    render()
  })
  return button
}

/** Every text in blocks and attachments, a line each. */
function blockText(node) {
  if (Array.isArray(node)) return node.map(blockText).filter(Boolean).join('\n')
  if (node === null || typeof node !== 'object') return ''
  return Object.entries(node)
    .map(([key, value]) => {
      if (typeof value !== 'string') return blockText(value)
      return ['text', 'title', 'pretext', 'value', 'fallback'].includes(key) ? value : ''
    })
    .filter(Boolean)
    .join('\n')
}

function item(...children) {
  const li = document.createElement('li')
  li.append(...children)
  return li
}

function element(name, className, text) {
  const node = document.createElement(name)
  node.className = className
  node.textContent = text
  return node
}
