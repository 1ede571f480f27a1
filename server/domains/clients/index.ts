export { readableClients, searchReach } from './client.policy.ts'
export { type ClientContact, findOrCreateClient } from './find-or-create-client.ts'
