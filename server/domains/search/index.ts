export { healSearch, tidySearch } from './heal-search.ts'
export { SEARCH_KINDS } from './search.policy.ts'
