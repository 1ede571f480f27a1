import type { Timestamp, WithDefault } from './columns.ts'

export interface SavedViewsTable {
  id: string
  /** Which screen it opens, such as `bookings` or `action-center`. */
  screen: string
  name: string
  /** The query of the screen's address, without `?`. */
  query: string
  owner_id: string
  is_shared: WithDefault<boolean>
  version: WithDefault<number>
  created_at: Timestamp
  updated_at: Timestamp
}

/** The words one entity is found by, each behind a letter that says who may: o open, n names, t free text, r references. */
export interface SearchWordsTable {
  /** The entity's. */
  id: string
  assignee_id: string | null
  /** tsvector. */
  words: string
}
export interface SearchTermsTable {
  letter: 'o' | 'n' | 't' | 'r'
  term: string
}
/** Words whose rows are found sooner by walking from the newest. */
export interface SearchCommonTable {
  kind: string
  lexeme: string
  hits: number
}
