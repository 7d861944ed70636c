import type { ReactNode } from 'react'
import { objectIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Link } from '../text/inlines.tsx'
import { PlainText } from './text-object.tsx'

/** An image block. Images are not loaded: messages must not cause requests. */
export function ImageBlock({ block }: { readonly block: JsonObject }): ReactNode {
  return (
    <figure className="image">
      {block['title'] !== undefined && (
        <figcaption>
          <PlainText text={objectIn(block, 'title')} />
        </figcaption>
      )}
      <Picture image={block} size="large" />
    </figure>
  )
}

/** Replaces an image by its description and address. */
export function Picture(props: {
  readonly image: JsonObject
  readonly size: 'small' | 'medium' | 'large'
}): ReactNode {
  const { image, size } = props
  const alt = textIn(image, 'alt_text') ?? 'image'
  const url = textIn(image, 'image_url') ?? textIn(image, 'url')
  const address = url ?? textIn(objectIn(image, 'slack_file'), 'url')
  if (size === 'small')
    return (
      <span className="picture picture-small" role="img" aria-label={alt} title={alt}>
        🖼
      </span>
    )
  return (
    <span className={`picture picture-${size}`} role="group" aria-label={`Image: ${alt}`}>
      <span aria-hidden="true">🖼</span>
      <span>{alt}</span>
      {address !== undefined && size === 'large' && (
        <small>
          <Link url={address}>{address}</Link>
        </small>
      )}
    </span>
  )
}
