import { createContext } from 'react'

/** The document's CSP nonce. Empty in the browser, which hides nonces from scripts; attributes are not compared there. */
export const NonceContext = createContext<string | undefined>(undefined)
