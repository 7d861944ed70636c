import { use, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { optionsOf } from '../../../src/interactivity/elements.ts'
import { objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { InteractiveContext } from '../message/interactive.tsx'
import { safeUrl } from '../text/safe-url.ts'
import { Picture } from './image.tsx'
import { PlainText } from './text-object.tsx'
import { Unknown } from './unknown.tsx'

const shown: Readonly<Record<string, (element: JsonObject) => ReactNode>> = {
  button: (element) => <Button element={element} />,
  workflow_button: (element) => <Button element={element} />,
  icon_button: (element) => <Button element={element} />,
  feedback_buttons: (element) => (
    <>
      <Button element={objectIn(element, 'positive_button') ?? {}} owner={element} />
      <Button element={objectIn(element, 'negative_button') ?? {}} owner={element} />
    </>
  ),
  image: (element) => <Picture image={element} size="medium" />,
  overflow: (element) => <Choice element={element} label="⋯" />,
  checkboxes: (element) => <Options element={element} mark="☐" />,
  radio_buttons: (element) => <Options element={element} mark="○" />,
}

/** An interactive element. Buttons and menus send interactions; the others have no effect. */
export function Element({ element }: { readonly element: JsonObject }): ReactNode {
  const type = textIn(element, 'type') ?? ''
  if (Object.hasOwn(shown, type)) return shown[type]?.(element)
  if (/_select$|picker$/.test(type)) return <Choice element={element} label={initial(element)} />
  if (type.endsWith('_input')) return <Input element={element} />
  return <Unknown value={element} />
}

function Button(props: {
  readonly element: JsonObject
  /** The element that the button is a part of. */
  readonly owner?: JsonObject
}): ReactNode {
  const { element, owner = element } = props
  const { isUsable, isBusy, start } = use(InteractiveContext)
  const url = safeUrl(textIn(element, 'url') ?? '')
  const className = `button button-${textIn(element, 'style') ?? 'default'}`
  const text = <PlainText text={objectIn(element, 'text')} />
  const label = textIn(element, 'accessibility_label')
  const isInert = !isUsable(owner) || isBusy(owner)
  const press = (): void => {
    if (isInert) return
    const shownText = textIn(objectIn(element, 'text'), 'text') ?? 'Button'
    start({ element: owner, label: label ?? shownText, value: textIn(element, 'value') })
  }
  if (url === undefined)
    return (
      <button
        type="button"
        className={className}
        aria-disabled={isInert}
        aria-busy={isBusy(owner)}
        aria-label={label}
        onClick={press}
      >
        {text}
      </button>
    )
  return (
    <a
      className={className}
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={label}
      onClick={press}
    >
      {text}
    </a>
  )
}

function Choice(props: { readonly element: JsonObject; readonly label: string }): ReactNode {
  const { element } = props
  const { isUsable, isBusy, start } = use(InteractiveContext)
  const [chosen, setChosen] = useState<string>()
  const details = useRef<HTMLDetailsElement>(null)
  const options = optionsOf(element)
  const choose = (option: JsonObject): void => {
    const label = textIn(objectIn(option, 'text'), 'text') ?? ''
    if (textIn(element, 'type') !== 'overflow') setChosen(label)
    details.current?.removeAttribute('open')
    details.current?.querySelector('summary')?.focus()
    start({ element, label, value: textIn(option, 'value') })
  }
  if (options.length === 0)
    return (
      <button type="button" className="button" aria-disabled="true">
        {props.label} ▾
      </button>
    )
  return (
    <details className="choice" ref={details}>
      <summary className="button" aria-busy={isBusy(element)}>
        {chosen ?? props.label} ▾
      </summary>
      <ul>
        {options.map((option, index) => (
          <li key={index}>
            {isUsable(element) ? (
              <button
                type="button"
                className="link-button"
                disabled={isBusy(element)}
                onClick={() => {
                  choose(option)
                }}
              >
                <PlainText text={objectIn(option, 'text')} />
              </button>
            ) : (
              <PlainText text={objectIn(option, 'text')} />
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Options(props: { readonly element: JsonObject; readonly mark: string }): ReactNode {
  return (
    <ul className="options">
      {objectsIn(props.element, 'options').map((option, index) => (
        <li key={index}>
          <span aria-hidden="true">{props.mark} </span>
          <PlainText text={objectIn(option, 'text')} />
        </li>
      ))}
    </ul>
  )
}

function Input({ element }: { readonly element: JsonObject }): ReactNode {
  const placeholder = textIn(objectIn(element, 'placeholder'), 'text') ?? ''
  return <span className="input">{textIn(element, 'initial_value') ?? placeholder}</span>
}

function initial(element: JsonObject): string {
  const names = ['initial_date', 'initial_time', 'initial_user', 'initial_channel']
  const value = names.map((name) => textIn(element, name)).find((each) => each !== undefined)
  const option = objectIn(objectIn(element, 'initial_option'), 'text')
  return (
    value ?? textIn(option, 'text') ?? textIn(objectIn(element, 'placeholder'), 'text') ?? 'Select'
  )
}
