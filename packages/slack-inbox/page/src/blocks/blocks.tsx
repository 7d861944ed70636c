import { lazy, memo, Suspense } from 'react'
import type { ReactNode } from 'react'
import { objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Card, Carousel, Container, Plan, Task } from './cards.tsx'
import { ImageBlock } from './image.tsx'
import { RichText } from './rich-text.tsx'
import { Actions, Context, Header, Input, RemoteFile, Section, Video } from './simple-blocks.tsx'
import { Chart, DataTable, Table } from './table.tsx'
import { Unknown } from './unknown.tsx'

/** Loaded, with its parser, for the first markdown block. */
const Markdown = lazy(async () => ({ default: (await import('./markdown.tsx')).Markdown }))

type Show = (block: JsonObject) => ReactNode

const kinds: Readonly<Record<string, Show>> = {
  header: (block) => <Header block={block} />,
  section: (block) => <Section block={block} />,
  context: (block) => <Context block={block} />,
  divider: () => <hr />,
  actions: (block) => <Actions block={block} />,
  context_actions: (block) => <Actions block={block} />,
  image: (block) => <ImageBlock block={block} />,
  rich_text: (block) => <RichText block={block} />,
  markdown: (block) => <LazyMarkdown source={textIn(block, 'text') ?? ''} />,
  table: (block) => <Table block={block} />,
  data_table: (block) => <DataTable block={block} />,
  data_visualization: (block) => <Chart block={block} />,
  input: (block) => <Input block={block} />,
  video: (block) => <Video block={block} />,
  file: (block) => <RemoteFile block={block} />,
  card: (block) => <Card block={block} />,
  carousel: (block) => <Carousel block={block} />,
  container: (block) => (
    <Container block={block}>
      <Blocks blocks={objectsIn(block, 'child_blocks')} />
    </Container>
  ),
  plan: (block) => <Plan block={block} />,
  task_card: (block) => <Task block={block} />,
}

export const Blocks = memo(function Blocks(props: {
  readonly blocks: readonly JsonObject[]
}): ReactNode {
  return props.blocks.map((block, index) => (
    <div key={index} className={`block block-${textIn(block, 'type') ?? 'unknown'}`}>
      <Block block={block} />
    </div>
  ))
})

function Block({ block }: { readonly block: JsonObject }): ReactNode {
  const type = textIn(block, 'type') ?? ''
  const show = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  return show === undefined ? <Unknown value={block} /> : show(block)
}

function LazyMarkdown({ source }: { readonly source: string }): ReactNode {
  return (
    <Suspense fallback={<div className="text">{source}</div>}>
      <Markdown source={source} />
    </Suspense>
  )
}
