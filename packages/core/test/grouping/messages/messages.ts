import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { LabelledLine } from '../accuracy.ts'
import { values } from './values.ts'

/** Instances of each template, so that each value of the longest list is used. */
const instances = 9

/** Messages of Node services with the template of each; the same on every call. */
export function serviceMessages(): readonly LabelledLine[] {
  return linesOf('templates.txt').flatMap((template, index) => {
    const messages = Array.from({ length: instances }, (_, instance) =>
      fill(template, index + instance),
    )
    return [...new Set(messages)].map((message) => ({ template, message }))
  })
}

/** Messages by the line of a source that logs them, each with two or three values as real programs have them. */
export function sourceLineMessages(): readonly LabelledLine[] {
  return linesOf('source-lines.txt').flatMap((template) => {
    const lists = [...template.matchAll(choice)].map(([, list = '']) => list.split('|'))
    const count = Math.max(1, ...lists.map(({ length }) => length))
    return Array.from({ length: count }, (_, instance) => ({
      template,
      message: template.replaceAll(choice, (_placeholder, list: string) => {
        const parts = list.split('|')
        return parts[instance % parts.length] ?? ''
      }),
    }))
  })
}

const choice = /⟨([^⟩]*)⟩/g

const linesOf = (file: string): readonly string[] =>
  readFileSync(path.join(import.meta.dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))

/** A template's placeholders take values that lie apart, so that two of one kind differ. */
function fill(template: string, seed: number): string {
  let next = seed
  return template.replaceAll(
    /\{(\w+)(?: (\w+))?\}/g,
    (placeholder, kind: string, nouns?: string) => {
      const list = nouns === undefined ? values[kind] : countsOf(nouns)
      if (list === undefined) throw new Error(`Expected a kind of value, got ${placeholder}`)
      next += 1
      return list[next % list.length] ?? ''
    },
  )
}

/** `'1 error'`, `'2 errors'`. */
const countsOf = (nouns: string): readonly string[] => [
  `1 ${nouns.replace(/ies$/, 'y').replace(/(ch|sh|x)es$|s$/, '$1')}`,
  `2 ${nouns}`,
  `350 ${nouns}`,
]
