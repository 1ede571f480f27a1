import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Bank } from './bank.ts'
import type { Courier } from './deliver.ts'
import type { Faults } from './faults.ts'
import type { Store } from './store.ts'

export interface PageDeps {
  store: Store
  bank: Bank
  courier: Courier
  faults: Faults
}

/** The stand-in's own page. */
export async function showPage(
  { store }: PageDeps,
  _request: IncomingMessage,
  response: ServerResponse,
  _url: URL,
  _body: () => Promise<string>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(`<!doctype html><title>Stripe simulator</title><p>SIMULATOR: ${store.list('payment_intent').length} payments`)
}
