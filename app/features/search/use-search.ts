import { useEffect, useState } from 'react'
import { paths } from '../../paths.ts'
import { isProblem } from '../../problem.ts'
import type { SearchAnswer } from './kinds.ts'

const DEBOUNCE_MS = 120

export interface Searching {
  /** What the answer is about. */
  q: string
  answer: SearchAnswer | null
  /** Why there is no answer. */
  problem: string | null
  isBusy: boolean
}

const NOTHING: Searching = { q: '', answer: null, problem: null, isBusy: false }

function isAnswer(body: unknown): body is SearchAnswer {
  return typeof body === 'object' && body !== null && 'groups' in body
}

async function fetchSearch(q: string, limit: number, signal: AbortSignal): Promise<Searching> {
  const response = await fetch(paths.api.search(q, limit), { signal, headers: { accept: 'application/json' } })
  const body: unknown = await response.json()
  if (isAnswer(body)) return { q, answer: body, problem: null, isBusy: false }
  return { q, answer: null, problem: isProblem(body) ? body.detail : 'The search could not be answered.', isBusy: false }
}

/** Results as one types: a short wait after the last key, and an older question is given up for a newer one. */
export function useSearch(typed: string, limit = 5): Searching {
  const [state, setState] = useState(NOTHING)
  const q = typed.trim()
  useEffect(() => {
    if (q.length < 2) {
      setState(NOTHING)
      return
    }
    const abort = new AbortController()
    setState((before) => ({ ...before, isBusy: true }))
    const soon = setTimeout(() => {
      fetchSearch(q, limit, abort.signal).then(setState, () => {
        if (abort.signal.aborted) return
        setState({ q, answer: null, problem: 'No connection to the server.', isBusy: false })
      })
    }, DEBOUNCE_MS)
    return () => {
      clearTimeout(soon)
      abort.abort()
    }
  }, [q, limit])
  return state
}
