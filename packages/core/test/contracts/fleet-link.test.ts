import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { resolveEnvironment } from '../../src/environment.ts'
import { HostLink } from '../../src/fleet/host-link.ts'
import type { JournalFolder } from '../../src/journal/folder.ts'
import { MemoryFleet } from '../fleet/memory-fleet.ts'
import { VirtualClock } from '../golden/virtual-clock.ts'
import { type LinkSetup, Recorder, testLinkContract } from './fleet-link.ts'

const { clock, process: self } = resolveEnvironment()

function hostLink(path: string): HostLink {
  const folder: JournalFolder = { path, owner: 'owner', fileSystem: fs, process: self }
  const fleet = '0123456789abcdef'
  return new HostLink({ fleet, sender: fleet, folder, clock, random: Math.random, process: self })
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!isSo() && performance.now() < deadline) await wait(2)
}

testLinkContract('the host link', async (): Promise<LinkSetup> => {
  const root = fs.mkdtempSync(join(tmpdir(), 'slack-logger-link-'))
  const links: HostLink[] = []
  return {
    link: () => {
      const link = hostLink(join(root, 'spool'))
      links.push(link)
      return link
    },
    until,
    async [Symbol.asyncDispose]() {
      for (const link of links) await link.close()
      fs.rmSync(root, { recursive: true })
    },
  }
})

testLinkContract('a link of one memory', async (): Promise<LinkSetup> => {
  const virtual = new VirtualClock(0)
  const fleet = new MemoryFleet(virtual.of({}))
  return {
    link: () => fleet.link(),
    async until(isSo) {
      for (let turn = 0; turn < 100 && !isSo(); turn += 1) await virtual.advance(10)
    },
    async [Symbol.asyncDispose]() {
      await virtual.advance(0)
    },
  }
})

test('a folder that others can reach has no leader: whoever wrote there gets no events', () => {
  const root = fs.mkdtempSync(join(tmpdir(), 'slack-logger-link-'))
  const path = join(root, 'spool')
  fs.mkdirSync(path, { mode: 0o777 })
  fs.chmodSync(path, 0o777)
  const leader = { v: 1, address: join(root, 'trap.s'), holder: 'x-1-y', name: 'web-1:1' }
  fs.writeFileSync(join(path, '0123456789abcdef.leader'), JSON.stringify(leader))
  const link = hostLink(path)
  const member = new Recorder('a', link)

  link.join(member)

  expect(member.calls).toEqual([expect.stringContaining('its mode must be 0700')])
  fs.rmSync(root, { recursive: true })
})

test('where another version leads, a process is alone', () => {
  const root = fs.mkdtempSync(join(tmpdir(), 'slack-logger-link-'))
  const leader = { v: 2, address: join(root, 'a.s'), holder: 'x-1-y', name: 'web-1:1' }
  fs.writeFileSync(join(root, '0123456789abcdef.leader'), JSON.stringify(leader), { mode: 0o600 })
  const link = hostLink(root)
  const member = new Recorder('a', link)

  link.join(member)

  expect(member.calls).toEqual(['alone: web-1:1 leads with another version'])
  fs.rmSync(root, { recursive: true })
})
