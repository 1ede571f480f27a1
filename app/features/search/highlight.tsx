import { Fragment } from 'react'

/** The beginnings of words that were asked for stand out. */
export function Highlight({ text, asked }: { text: string; asked: readonly string[] }) {
  const words = asked.filter((word) => word.length > 1).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (words.length === 0) return <>{text}</>
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${words.join('|')})`, 'giu'))
  return (
    <>
      {parts.map((part, at) => {
        const key = `${at} ${part}`
        return at % 2 === 1 ? <mark key={key}>{part}</mark> : <Fragment key={key}>{part}</Fragment>
      })}
    </>
  )
}

/** What to highlight: the words as they were looked for. */
export function askedWords(q: string, corrected: readonly string[] | null | undefined): string[] {
  return corrected ? [...corrected] : q.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
}
