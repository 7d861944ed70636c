import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tempFolder } from './temp-folder.ts'

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url))
const libraries = ['core', 'pino-slack', 'winston-slack', 'slack-inbox', 'discord']

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

  /** @param others packages from the registry, with their versions */
  install(others: readonly string[]): void {
    for (const name of this.#names) this.run('npm', ['pack', '--silent', join(packages, name)])
    const tarballs = readdirSync(this.path).filter((file) => file.endsWith('.tgz'))
    this.write('package.json', JSON.stringify({ private: true, name: 'consumer' }))
    const flags = '--silent --no-audit --no-fund --prefer-offline --ignore-scripts'.split(' ')
    this.run('npm', ['install', ...flags, ...tarballs.map((file) => `./${file}`), ...others])
  }

  /** @returns what the program prints to stdout */
  run(command: string, parameters: readonly string[]): string {
    // With Vitest's variables, the packages would behave as under a test runner.
    const { NODE_ENV: _, VITEST: __, ...env } = process.env
    return execFileSync(command, parameters, { cwd: this.path, encoding: 'utf8', env })
  }

  write(file: string, text: string): void {
    const path = join(this.path, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]()
  }
}
