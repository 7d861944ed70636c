import {
  execFileSync,
  type ExecFileSyncOptionsWithStringEncoding,
  spawnSync,
} from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tempFolder } from './temp-folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const packages = join(root, 'packages')
/** The packages that services import. */
export const libraries: readonly string[] = [
  'core',
  'pino-slack',
  'winston-slack',
  'exception-handler',
  'discord',
  'slack-inbox',
]
const npmFlags = '--silent --no-audit --no-fund --prefer-offline'.split(' ')

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** A project of a user, which has the packages as they are published. */
export class PackedProject implements Disposable {
  readonly #folder = tempFolder()
  readonly #names: readonly string[]

  /** @param names the folders of the packages */
  constructor(names: readonly string[] = libraries) {
    this.#names = names
  }

  get path(): string {
    return this.#folder.path
  }

  /** Installs the packages without a network: what they depend on is what the repository has. @param others more of that */
  link(others: readonly string[]): void {
    const tarballs = this.pack()
    this.write('package.json', JSON.stringify({ private: true, name: 'consumer' }))
    for (const [name, tarball] of Object.entries(tarballs)) {
      const folder = join(this.path, 'node_modules', name)
      mkdirSync(folder, { recursive: true })
      this.run('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder])
    }
    for (const name of this.#names)
      for (const needed of Object.keys(readManifest(name).dependencies ?? {}))
        this.#link(needed, join(packages, name))
    for (const other of others) this.#link(other, root)
  }

  /** Installs the packages and others from the registry. @param others with their versions */
  install(others: readonly string[]): void {
    const tarballs = Object.values(this.pack())
    this.write('package.json', JSON.stringify({ private: true, name: 'consumer' }))
    const files = tarballs.map((file) => `./${file}`)
    this.run('npm', ['install', ...npmFlags, '--ignore-scripts', ...files, ...others])
  }

  /** Packs the packages into the folder. @returns the tarballs, by the names of their packages */
  pack(): Readonly<Record<string, string>> {
    const folders = this.#names.map((name) => join(packages, name))
    const files = this.run('npm', ['pack', '--silent', ...folders])
      .trim()
      .split('\n')
    return Object.fromEntries(
      this.#names.map((name, index) => [readManifest(name).name, files[index] ?? '']),
    )
  }

  /**
   * Installs programs from the registry in a folder beside the project.
   *
   * @param names with their versions
   * @returns the folder that the packages are in
   */
  installTools(names: readonly string[]): string {
    this.write('tools/package.json', '{ "private": true }')
    this.run('npm', ['install', '--prefix', 'tools', ...npmFlags, ...names])
    return join(this.path, 'tools', 'node_modules')
  }

  /** @returns what the program prints to stdout */
  run(command: string, parameters: readonly string[]): string {
    return execFileSync(command, parameters, this.#options)
  }

  /** @returns all that the program prints, however it ends */
  outputOf(command: string, parameters: readonly string[]): string {
    const { stdout, stderr } = spawnSync(command, parameters, this.#options)
    return stdout + stderr
  }

  write(file: string, text: string): void {
    const path = join(this.path, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }

  get #options(): ExecFileSyncOptionsWithStringEncoding {
    // With Vitest's variables, the packages would behave as under a test runner.
    const { NODE_ENV: _, VITEST: __, ...env } = process.env
    return { cwd: this.path, encoding: 'utf8', env }
  }

  /** Links a package of the repository, as `user` finds it. */
  #link(name: string, user: string): void {
    const link = join(this.path, 'node_modules', name)
    if (existsSync(link)) return
    const places = [user, root].map((folder) => join(folder, 'node_modules', name))
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(places.find((place) => existsSync(place)) ?? name, link, 'junction')
  }
}

function readManifest(name: string): Manifest {
  return JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as Manifest
}
