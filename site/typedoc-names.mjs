import { Converter } from 'typedoc'

/** Names modules as they are imported, and not by their files: `core/dist/actions` is `@slack-logger/core/actions`. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? [])
      module.name = `@slack-logger/${module.name.replace('/dist', '').replace(/\/index$/, '')}`
  })
}
